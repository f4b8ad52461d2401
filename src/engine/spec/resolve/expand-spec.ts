import type { ExperimentSpec, ProcessGroupSpec, ProcessSpec } from '../experiment-spec.ts';
import type { SpecPath } from '../problem.ts';

/** A declared process, which may have several replicas. */
export interface DeclaredProcess {
  readonly path: SpecPath;
  readonly name: string;
  readonly spec: ProcessSpec;
  readonly group: { readonly name: string; readonly spec: ProcessGroupSpec } | null;
}

/** One replica of a declared process. */
export interface ExpandedProcess {
  readonly declared: DeclaredProcess;
  readonly group: string | null;
  readonly name: string;
  /** Numbered from 0 over all replicas of the process in all replicas of its group; null if neither has replicas. */
  readonly replica: number | null;
  /** The suffix of the services that it binds and exposes: `-0`, or `-1-0` in the second replica of its group. */
  readonly suffix: string;
}

/** In the order of declaration: ungrouped processes first, then group by group. */
export function declaredProcesses(spec: ExperimentSpec): DeclaredProcess[] {
  const declare = (processes: Readonly<Record<string, ProcessSpec>>, path: SpecPath, group: DeclaredProcess['group']) =>
    Object.entries(processes).map(([name, spec]) => ({ path: [...path, name], name, spec, group }));
  return [
    ...declare(spec.processes, ['processes'], null),
    ...Object.entries(spec.groups).flatMap(([name, group]) =>
      declare(group.processes, ['groups', name, 'processes'], { name, spec: group }),
    ),
  ];
}

/** The number of processes that a declared process expands to. */
export function replicaCount({ spec, group }: DeclaredProcess): number {
  return (spec.replicas ?? 1) * (group?.spec.replicas ?? 1);
}

/** Every process to run: a group's replicas one after the other, each with all its processes. */
export function expandProcesses(declared: readonly DeclaredProcess[]): ExpandedProcess[] {
  const byGroup = Map.groupBy(declared, ({ group }) => group?.name ?? null);
  return [...byGroup.values()].flatMap((members) =>
    numbers(members[0]?.group?.spec.replicas).flatMap((groupReplica) =>
      members.flatMap((member) =>
        numbers(member.spec.replicas).map((replica) => expandOne(member, groupReplica, replica)),
      ),
    ),
  );
}

/** The numbers of replicas, or only null without replicas. */
export function numbers(replicas: number | undefined): (number | null)[] {
  return replicas === undefined ? [null] : Array.from({ length: replicas }, (_, number) => number);
}

function expandOne(declared: DeclaredProcess, groupReplica: number | null, replica: number | null): ExpandedProcess {
  const own = replica === null ? '' : `-${replica}`;
  const ofGroup = groupReplica === null ? '' : `-${groupReplica}`;
  return {
    declared,
    group: declared.group === null ? null : `${declared.group.name}${ofGroup}`,
    name: `${declared.name}${own}`,
    replica: replica === null && groupReplica === null ? null : overallReplica(declared, groupReplica, replica),
    suffix: `${ofGroup}${own}`,
  };
}

function overallReplica({ spec }: DeclaredProcess, groupReplica: number | null, replica: number | null): number {
  return (groupReplica ?? 0) * (spec.replicas ?? 1) + (replica ?? 0);
}
