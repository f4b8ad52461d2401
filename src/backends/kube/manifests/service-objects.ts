import type { V1ConfigMap, V1EnvFromSource, V1Service } from '@kubernetes/client-node';
import type { ToApi } from '../api/api-types.ts';
import type { KubeContainer, KubeExperiment } from '../section/kube-experiment.ts';
import { labels } from './labels.ts';
import type { Manifest } from './manifest.ts';
import { type ManifestContext, metadata } from './manifest-context.ts';
import { ownObjectName, serviceName } from './object-names.ts';
import { commonVariables } from './service-variables.ts';

/** The role of the ConfigMap with the variables of services. */
export const variablesRole = 'services';

/** A Kubernetes Service for each service of the experiment. */
export function serviceObjects({ pods }: KubeExperiment, context: ManifestContext): Manifest[] {
  const containers = new Map<string, KubeContainer>();
  for (const { containers: own } of pods) {
    for (const container of own)
      containers.set(JSON.stringify([container.resolvedProcess.group, container.resolvedProcess.name]), container);
  }
  return context.services.map(({ name, kind, owner, port }): Manifest => {
    const settings = containers.get(JSON.stringify([owner.group, owner.name]))?.settings;
    const { labels: own, ...head } = metadata(context, serviceName(context.location, name), 'service');
    const isOutside = kind === 'expose' && settings !== undefined && settings.expose !== 'none';
    const annotations = isOutside ? settings.exposeAnnotations : {};
    return {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        ...head,
        labels: { ...own, [labels.service]: name },
        ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      },
      spec: {
        type: isOutside ? settings.expose : 'ClusterIP',
        selector: { [labels.experiment]: context.location.experiment, [labels.member]: owner.group ?? owner.name },
        ports: [{ port, targetPort: port, protocol: 'TCP' }],
        // A listening process accepts connections even while another process of its pod is not ready or has ended.
        publishNotReadyAddresses: true,
      },
    } satisfies ToApi<V1Service>;
  });
}

/** The ConfigMap with the service variables of all processes, and the `envFrom` entry that includes it. */
export function variablesObject(
  context: ManifestContext,
): { object: Manifest; envFrom: ToApi<V1EnvFromSource> } | undefined {
  if (context.services.length === 0) return undefined;
  const name = ownObjectName(context.location, 'services');
  const object: Manifest = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(context, name, variablesRole),
    data: commonVariables(context.services),
  } satisfies ToApi<V1ConfigMap>;
  return { object, envFrom: { configMapRef: { name } } };
}
