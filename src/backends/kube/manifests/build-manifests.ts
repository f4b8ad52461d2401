import type { KubeExperiment } from '../section/kube-experiment.ts';
import { recordObject } from './experiment-record.ts';
import { FileObjects } from './file-objects.ts';
import { experimentLabels, labels } from './labels.ts';
import type { Manifest } from './manifest.ts';
import type { ManifestContext } from './manifest-context.ts';
import type { KubeLocation } from './object-names.ts';
import { podObject } from './pod/pod-object.ts';
import { SecretObjects } from './secret-objects.ts';
import { serviceObjects, variablesObject } from './service-objects.ts';
import { commonVariables } from './service-variables.ts';

/**
 * All objects that a launch creates, in the order of creation: the namespace if the experiment has its own, the
 * ConfigMap with the spec, the objects that pods depend on, services, pods.
 * @param experiment must have no refused notes
 * @throws SymphonyError `invalid-spec` with the path of content that is too large, or of volumes that clash
 */
export function buildManifests(experiment: KubeExperiment, context: ManifestContext): Manifest[] {
  const { location, launchId, version, spec, services, supervision } = context;
  const secrets = new SecretObjects(context);
  const files = new FileObjects(context);
  const variables = variablesObject(context);
  const common = commonVariables(services);
  const { processNames } = experiment;
  const parts = { context, secrets, files, common, envFrom: variables?.envFrom, processNames };
  const pods = experiment.pods.map((pod) => podObject(pod, parts));
  return [
    ...(location.ownNamespace ? [namespaceObject(location, launchId)] : []),
    recordObject(location, { launchId, version, spec, services, ...(supervision && { supervision }) }),
    ...(variables === undefined ? [] : [variables.object]),
    ...secrets.objects,
    ...files.objects,
    ...serviceObjects(experiment, context),
    ...pods,
  ];
}

function namespaceObject({ experiment, namespace }: KubeLocation, launchId: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: { ...experimentLabels(experiment, launchId), [labels.role]: 'namespace' } },
  };
}
