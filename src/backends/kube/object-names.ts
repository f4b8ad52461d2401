import { shortHash } from '../../engine/short-hash.ts';
import type { ProcessReference } from '../../engine/status.ts';

const maxNameLength = 63;

/** Where the objects of one experiment stand. */
export interface KubeLocation {
  readonly experiment: string;
  readonly namespace: string;
  /** The namespace is the experiment's own: made for it, and deleted with it. */
  readonly ownNamespace: boolean;
}

/**
 * The name of an experiment's object of that name. In a shared namespace the experiment's name stands before it, and a
 * hash after it, because `a` with `b-c` and `a-b` with `c` must not meet; what would be too long is cut before the hash.
 */
export function objectName(location: KubeLocation, name: string): string {
  if (location.ownNamespace) return name;
  const hash = shortHash(`${location.experiment}/${name}`).slice(-8);
  const readable = `${location.experiment}-${name}`.slice(0, maxNameLength - hash.length - 1).replace(/-+$/, '');
  return `${readable}-${hash}`;
}

/** What Symphony itself adds cannot meet a process or service: it is of another kind, or has this prefix. */
export function ownObjectName(location: KubeLocation, name: string): string {
  return objectName(location, `symphony-${name}`);
}

/** The ConfigMap with the spec, which owns the other objects. */
export function recordName(location: KubeLocation): string {
  return ownObjectName(location, 'experiment');
}

/** A pod's name: one pod for a group, and one for a process outside any group. */
export function podName(location: KubeLocation, reference: ProcessReference): string {
  return objectName(location, reference.group ?? reference.name);
}

/** The name of the pod that a restart by hand makes. */
export function podNameOfGeneration(name: string, generation: number): string {
  return `${withoutGeneration(name)}.r${generation}`;
}

/** The name of the pod of the launch. */
export function withoutGeneration(name: string): string {
  return name.replace(/\.r\d+$/, '');
}

/** The Kubernetes Service that stands for a service of the experiment. */
export function serviceName(location: KubeLocation, service: string): string {
  return objectName(location, service);
}

/** The name under which others in the cluster find it. */
export function serviceHost(location: KubeLocation, service: string): string {
  return `${serviceName(location, service)}.${location.namespace}.svc`;
}
