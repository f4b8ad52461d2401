import type { ExpandedProcess } from './expand-spec.ts';

/** The processes that a name in `after` or `endsWith` means. */
export interface NamedProcesses {
  /** Every process that fits; empty if none does. */
  readonly processes: readonly ExpandedProcess[];
  /** Further meanings of the name, as they are written without ambiguity; empty if there is one meaning. */
  readonly alternatives: readonly string[];
}

/**
 * Finds what a name means: a process outside any group, a group, or a process in a group (`group/process`, or its bare name
 * where that is unique). A name with replicas means all of them, a name with a number that one. A process outside any
 * group precedes processes of that name inside groups.
 */
export function namedProcesses(name: string, all: readonly ExpandedProcess[]): NamedProcesses {
  if (name.includes('/')) return { processes: all.filter((candidate) => isGrouped(candidate, name)), alternatives: [] };
  const outside = all.filter((candidate) => candidate.group === null && isOwnName(candidate, name));
  if (outside.length > 0) return { processes: outside, alternatives: [] };
  const group = all.filter((candidate) => isOfGroup(candidate, name));
  const inside = all.filter((candidate) => candidate.group !== null && isOwnName(candidate, name));
  const groupsOfInside = [...new Set(inside.map(({ declared }) => declared.group?.name ?? ''))];
  if (group.length > 0) {
    const others = groupsOfInside.filter((other) => !group.some(({ declared }) => declared.group?.name === other));
    return { processes: group, alternatives: others.map((other) => `${other}/${name}`) };
  }
  const isUnique = groupsOfInside.length < 2;
  return { processes: inside, alternatives: isUnique ? [] : groupsOfInside.map((other) => `${other}/${name}`) };
}

/**
 * Of the processes that a name means, those that concern one process: in a group with replicas, a process of the same group
 * means the one in the same replica, unless the name has the number of a replica.
 */
export function concerning(
  named: readonly ExpandedProcess[],
  { declared, group }: ExpandedProcess,
): readonly ExpandedProcess[] {
  if (declared.group?.spec.replicas === undefined) return named;
  const isNumbered = new Set(named.map((candidate) => candidate.group)).size === 1;
  if (isNumbered || !named.every((candidate) => candidate.declared.group?.name === declared.group?.name)) return named;
  return named.filter((candidate) => candidate.group === group);
}

function isGrouped({ declared, group, name: own }: ExpandedProcess, name: string): boolean {
  return (
    name === `${group}/${own}` ||
    name === `${group}/${declared.name}` ||
    name === `${declared.group?.name}/${own}` ||
    name === `${declared.group?.name}/${declared.name}`
  );
}

function isOwnName({ declared, name: own }: ExpandedProcess, name: string): boolean {
  return name === own || name === declared.name;
}

function isOfGroup({ declared, group }: ExpandedProcess, name: string): boolean {
  return group !== null && (name === group || name === declared.group?.name);
}
