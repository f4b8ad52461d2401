import type { ProcessReference } from '../../../engine/contract/status.ts';
import { shortHash } from '../../../engine/text/short-hash.ts';

const maxNameLength = 63;

/** The location of an experiment's objects. */
export interface KubeLocation {
  readonly experiment: string;
  readonly namespace: string;
  /** Whether the namespace belongs to the experiment: created for it, and deleted with it. */
  readonly ownNamespace: boolean;
}

/**
 * The name of an experiment's object in the cluster. In a shared namespace it has the experiment's name as prefix and a
 * hash as suffix, because `a` with `b-c` and `a-b` with `c` must not collide; a name that is too long is cut before the
 * hash.
 */
export function objectName(location: KubeLocation, name: string): string {
  if (location.ownNamespace) return name;
  const hash = shortHash(`${location.experiment}/${name}`).slice(-8);
  const readable = `${location.experiment}-${name}`.slice(0, maxNameLength - hash.length - 1).replace(/-+$/, '');
  return `${readable}-${hash}`;
}

/**
 * The name of an object that Symphony adds. It cannot collide with a process or service, because it is of another kind
 * or has this prefix.
 */
export function ownObjectName(location: KubeLocation, name: string): string {
  return objectName(location, `symphony-${name}`);
}

/** The name of the ConfigMap with the spec in a namespace of the experiment's own, where names have no prefix. */
export const plainRecordName = 'symphony-experiment';

/** The name of the ConfigMap with the spec, which owns the other objects. */
export function recordName(location: KubeLocation): string {
  return ownObjectName(location, 'experiment');
}

/** The name of the pod of a group, or of a process outside any group. */
export function podName(location: KubeLocation, reference: ProcessReference): string {
  return objectName(location, reference.group ?? reference.name);
}

/** The name of the pod that the restart with this number creates. */
export function podNameOfGeneration(name: string, generation: number): string {
  return `${withoutGeneration(name)}.r${generation}`;
}

/** The name of the launch's pod, from the name of a pod of any generation. */
export function withoutGeneration(name: string): string {
  return name.replace(/\.r\d+$/, '');
}

/** The name of the Kubernetes Service of a service of the experiment. */
export function serviceName(location: KubeLocation, service: string): string {
  return objectName(location, service);
}

/** The service's DNS name in the cluster. */
export function serviceHost(location: KubeLocation, service: string): string {
  return `${serviceName(location, service)}.${location.namespace}.svc`;
}
