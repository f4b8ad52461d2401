import type { ProcessReference } from './status.ts';

/**
 * Identifies a process within its experiment in file names and maps: `group.name`, or `name`. Names contain no dot, so
 * keys are unique.
 */
export function processKey(reference: ProcessReference): string {
  return reference.group === null ? reference.name : `${reference.group}.${reference.name}`;
}

export function parseProcessKey(key: string): ProcessReference {
  const dot = key.indexOf('.');
  return dot < 0 ? { group: null, name: key } : { group: key.slice(0, dot), name: key.slice(dot + 1) };
}
