import type { V1Affinity, V1Container, V1EnvFromSource, V1EnvVar, V1PodSpec } from '@kubernetes/client-node';
import { expandReferences, mayRefer } from '../../../../engine/spec/resolve/references.ts';
import type { ResolvedProcess } from '../../../../engine/spec/resolve/resolved-experiment.ts';
import type { ToApi } from '../../api/api-types.ts';
import { gracePeriod } from '../../section/field-notes.ts';
import type { KubeContainer, KubePod } from '../../section/kube-experiment.ts';
import { isRestartedBySupervisor } from '../../supervisor/supervised-rules.ts';
import type { FileObjects } from '../file-objects.ts';
import { annotations, labels } from '../labels.ts';
import type { Manifest } from '../manifest.ts';
import { type ManifestContext, metadata } from '../manifest-context.ts';
import { objectName } from '../object-names.ts';
import type { SecretObjects } from '../secret-objects.ts';
import { ownVariables } from '../service-variables.ts';
import { containerCommand, literal } from './container-command.ts';
import { containerResources } from './container-resources.ts';
import { containerValue } from './container-value.ts';
import { livenessProbe } from './liveness-probe.ts';
import { mergePatch } from './merge-patch.ts';
import { declaredName, patchFor } from './patch-containers.ts';
import { PodVolumes } from './pod-volumes.ts';
import { readinessProbe } from './readiness-probe.ts';
import { stopHook, stopVolume } from './stop-hook.ts';

/** The inputs that all pods of an experiment share. */
export interface PodParts {
  readonly context: ManifestContext;
  readonly secrets: SecretObjects;
  readonly files: FileObjects;
  /** The variables that are the same in every container; `envFrom` is how a container includes them. */
  readonly common: Readonly<Record<string, string>>;
  readonly envFrom: ToApi<V1EnvFromSource> | undefined;
  /** The names of all processes of the experiment, with and without replica numbers. */
  readonly processNames: ReadonlySet<string>;
}

/** The pod of a process group, or of a process outside any group. */
export function podObject(pod: KubePod, parts: PodParts): Manifest {
  const { settings, containers } = pod;
  const volumes = new PodVolumes();
  const built = containers.map((container) => containerObject(container, parts, volumes));
  const { labels: own, ...head } = metadata(parts.context, objectName(parts.context.location, pod.member), 'pod');
  const spec: ToApi<V1PodSpec> = {
    restartPolicy: pod.restartPolicy,
    terminationGracePeriodSeconds: gracePeriod(containers.map(({ resolvedProcess }) => resolvedProcess)),
    // Process 1 of a container ignores signals without a handler. With a shared process namespace no declared process
    // is process 1.
    shareProcessNamespace: true,
    enableServiceLinks: false,
    ...(settings.serviceAccount === undefined
      ? { automountServiceAccountToken: false }
      : { serviceAccountName: settings.serviceAccount }),
    ...placement(pod),
    ...some(
      'imagePullSecrets',
      settings.imagePullSecrets.map((name) => ({ name })),
    ),
    ...some('initContainers', volumes.initContainers),
    containers: built,
    ...some('volumes', volumes.volumes),
  };
  const ownAnnotations = { ...settings.annotations, ...restartedBy(pod) };
  const group = pod.group === null ? {} : { [labels.group]: pod.group };
  const object: Manifest = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...head,
      labels: { ...settings.labels, ...own, [labels.member]: pod.member, ...group },
      ...(Object.keys(ownAnnotations).length === 0 ? {} : { annotations: ownAnnotations }),
    },
    spec,
  };
  const names = containers.map(({ resolvedProcess }) => ({
    name: resolvedProcess.name,
    declaredName: declaredName(resolvedProcess),
  }));
  return settings.patches
    .map((patch) => patchFor(patch, names, parts.processNames))
    .reduce<Manifest>((merged, patch) => mergePatch(merged, patch) as Manifest, object);
}

/** Tells that the supervisor restarts the process, and not the node: only then does an end by itself concern it. */
function restartedBy({ settings, containers }: KubePod): Record<string, string> {
  const isOwn =
    settings.restartPolicy === undefined &&
    containers.some(({ resolvedProcess }) => isRestartedBySupervisor(resolvedProcess));
  return isOwn ? { [annotations.restartedBy]: 'supervisor' } : {};
}

function placement({ settings, pool }: KubePod): Partial<ToApi<V1PodSpec>> {
  const nodeSelector = { ...pool?.labels, ...settings.nodeSelector };
  const ofPool = (pool?.taints ?? []).map(({ key, value, effect }) =>
    value === undefined || value === ''
      ? { key, operator: 'Exists', effect }
      : { key, operator: 'Equal', value, effect },
  );
  return {
    ...(Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector }),
    ...some('tolerations', [...settings.tolerations, ...ofPool]),
    ...(settings.affinity === undefined ? {} : { affinity: settings.affinity as ToApi<V1Affinity> }),
  };
}

function containerObject(container: KubeContainer, parts: PodParts, volumes: PodVolumes): ToApi<V1Container> {
  const { resolvedProcess, settings } = container;
  const { context, secrets, files } = parts;
  const workingDir = settings.workingDir === undefined ? resolvedProcess.startDir : settings.workingDir;
  const argv = containerCommand(resolvedProcess);
  const stop = stopHook(resolvedProcess.stop.signal, resolvedProcess.name, argv);
  const ports = context.services.filter(
    ({ owner }) => owner.name === resolvedProcess.name && owner.group === resolvedProcess.group,
  );
  const probe = readinessProbe(resolvedProcess, context.services);
  const liveness = livenessProbe(resolvedProcess, context.services);
  const resources = containerResources(container);
  const volumeMounts = [
    ...(stop === undefined ? [] : [volumes.own(stopVolume.name, stopVolume.source, stopVolume.mount)]),
    ...secrets.mounts(resolvedProcess, volumes),
    ...(settings.sharedMemory === undefined ? [] : [volumes.sharedMemory(settings.sharedMemory)]),
    ...settings.volumes.map((volume) => volumes.declared(volume, `${resolvedProcess.path}.kube.volumes`)),
    ...files.mounts(resolvedProcess, workingDir ?? '/', volumes),
  ];
  return {
    name: resolvedProcess.name,
    ...(resolvedProcess.image === null ? {} : { image: resolvedProcess.image }),
    ...(settings.imagePullPolicy === undefined ? {} : { imagePullPolicy: settings.imagePullPolicy }),
    command: (stop?.command ?? argv).map(literal),
    ...(workingDir === null ? {} : { workingDir }),
    ...(resolvedProcess.tty ? { tty: true, stdin: true } : {}),
    ...some(
      'ports',
      ports.map(({ port }) => ({ containerPort: port, protocol: 'TCP' })),
    ),
    ...(parts.envFrom === undefined ? {} : { envFrom: [parts.envFrom] }),
    env: environment(resolvedProcess, parts),
    ...(resources === undefined ? {} : { resources }),
    ...some('volumeMounts', volumeMounts),
    ...(probe === undefined ? {} : { startupProbe: probe }),
    ...(liveness === undefined ? {} : { livenessProbe: liveness }),
    ...(stop === undefined ? {} : { lifecycle: stop.lifecycle }),
  };
}

function environment(resolvedProcess: ResolvedProcess, { context, secrets, common }: PodParts): ToApi<V1EnvVar>[] {
  const { location, launchId, services } = context;
  const symphony = ownVariables(location.experiment, launchId, resolvedProcess, services, common);
  const isReferring = Object.values(resolvedProcess.env).some(mayRefer);
  const declared = expandReferences(resolvedProcess.env, isReferring ? { ...common, ...symphony } : {});
  return [
    // The values that refer to secret variables follow them, because Kubernetes expands only what is defined before.
    ...secrets.variables(resolvedProcess),
    ...Object.entries(declared).map(([name, parts]) => ({ name, value: containerValue(parts) })),
    ...Object.entries(symphony).map(([name, value]) => ({ name, value: literal(value) })),
  ];
}

function some<Field extends string, Item>(field: Field, list: readonly Item[]): { [Name in Field]?: readonly Item[] } {
  return (list.length === 0 ? {} : { [field]: list }) as { [Name in Field]?: readonly Item[] };
}
