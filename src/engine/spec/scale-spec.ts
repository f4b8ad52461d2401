import { SymphonyError } from '../contract/errors.ts';
import { advise } from '../text/advice.ts';
import { suggestion } from '../text/suggestion.ts';
import type { ExperimentSpec, ProcessGroupSpec, ProcessSpec } from './experiment-spec.ts';
import { maxReplicas } from './max-replicas.ts';

/** Names of declared processes and groups to their numbers of replicas: `{ agent: 20, 'group/worker': 3 }`. */
export type ReplicaCounts = Readonly<Record<string, number>>;

export interface ReplicaChange {
  /** `agent`, `agents`, or `agents/agent` for a process inside a group. */
  readonly target: string;
  readonly from: number;
  readonly to: number;
}

/** A declared process or group, with its place in the spec. */
interface Scalable {
  readonly target: string;
  /** Undefined if it is declared without replicas. */
  readonly replicas: number | undefined;
  /** The spec with another number of replicas of it. */
  readonly withReplicas: (spec: ExperimentSpec, replicas: number) => ExperimentSpec;
}

/**
 * The spec of a launched experiment with other numbers of replicas. It is not validated: the new number may clash with a
 * name, a wanted port or the maximum number of processes.
 * @returns the new spec, and what changes: nothing for a number that is there already
 * @throws SymphonyError `not-found` for a name that is not declared, `ambiguous` for one that several groups have, `usage`
 *   for a number that is not possible, `invalid-spec` for something without replicas
 */
export function scaleSpec(
  spec: ExperimentSpec,
  counts: ReplicaCounts,
): { readonly spec: ExperimentSpec; readonly changes: readonly ReplicaChange[] } {
  const changes = new Map<string, ReplicaChange>();
  let scaled = spec;
  for (const [name, to] of Object.entries(counts)) {
    const { target, replicas, withReplicas } = findScalable(spec, name);
    checkCount(target, to);
    if (replicas === undefined) throw withoutReplicas(target);
    if (replicas === to) continue;
    changes.set(target, { target, from: replicas, to });
    scaled = withReplicas(scaled, to);
  }
  return { spec: scaled, changes: [...changes.values()] };
}

/** The declared numbers of replicas: `{ agent: 20, 'group/worker': 3 }`. */
export function declaredReplicas(spec: ExperimentSpec): ReplicaCounts {
  return Object.fromEntries(
    scalables(spec).flatMap(({ target, replicas }) => (replicas === undefined ? [] : [[target, replicas]])),
  );
}

function findScalable(spec: ExperimentSpec, name: string): Scalable {
  const all = scalables(spec);
  const exact = all.find(({ target }) => target === name);
  if (exact !== undefined) return exact;
  const inside = all.filter(({ target }) => target.endsWith(`/${name}`));
  if (inside.length === 1) return inside[0] as Scalable;
  const targets = all.map(({ target }) => target);
  if (inside.length > 1) {
    const which = inside.map(({ target }) => target).join(' or ');
    throw new SymphonyError('ambiguous', `Several groups have a process ${name}.`, { hint: `Name one: ${which}.` });
  }
  const numbered = /^(.+)-\d+$/.exec(name)?.[1];
  const hint =
    numbered !== undefined && targets.includes(numbered)
      ? `Name all replicas: ${numbered}.`
      : suggestion(name, [...targets, ...targets.map((target) => target.slice(target.indexOf('/') + 1))], targets);
  throw new SymphonyError(
    'not-found',
    `Experiment ${spec.name} declares no process or group ${JSON.stringify(name)}.`,
    hint === undefined ? {} : { hint },
  );
}

function scalables(spec: ExperimentSpec): Scalable[] {
  const groups = Object.entries(spec.groups);
  return [
    ...Object.entries(spec.processes).map(([name, { replicas }]): Scalable => {
      const withReplicas = (old: ExperimentSpec, count: number) => ({
        ...old,
        processes: changed(old.processes, name, count),
      });
      return { target: name, replicas, withReplicas };
    }),
    ...groups.map(([name, { replicas }]): Scalable => {
      const withReplicas = (old: ExperimentSpec, count: number) => ({
        ...old,
        groups: changed(old.groups, name, count),
      });
      return { target: name, replicas, withReplicas };
    }),
    ...groups.flatMap(([groupName, group]) =>
      Object.entries(group.processes).map(([name, { replicas }]): Scalable => {
        const withReplicas = (old: ExperimentSpec, count: number) => {
          const before = old.groups[groupName] as ProcessGroupSpec;
          const after = { ...before, processes: changed(before.processes, name, count) };
          return { ...old, groups: { ...old.groups, [groupName]: after } };
        };
        return { target: `${groupName}/${name}`, replicas, withReplicas };
      }),
    ),
  ];
}

function changed<Member extends ProcessSpec | ProcessGroupSpec>(
  members: Readonly<Record<string, Member>>,
  name: string,
  replicas: number,
): Readonly<Record<string, Member>> {
  return { ...members, [name]: { ...(members[name] as Member), replicas } };
}

function checkCount(target: string, count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= maxReplicas) return;
  const hint =
    count === 0 ? advise((say) => `To have none running, stop them: ${say.actOn('stop', target)}.`) : undefined;
  throw new SymphonyError(
    'usage',
    `${target} cannot have ${count} replicas; it must be a whole number from 1 to ${maxReplicas}.`,
    hint === undefined ? {} : { hint },
  );
}

function withoutReplicas(target: string): SymphonyError {
  return new SymphonyError('invalid-spec', `${target} is declared without replicas, so that it has no number.`, {
    hint: 'Declare it with replicas, 1 or more, and launch it again: its name then gets a number.',
  });
}

/** The counts in arguments such as `agent=20`. @throws SymphonyError `usage` */
export function parseReplicaCounts(targets: readonly string[]): ReplicaCounts {
  const counts = new Map<string, number>();
  for (const target of targets) {
    const [, name, count] = /^([^=]+)=(\d{1,9})$/.exec(target) ?? [];
    if (name === undefined) {
      const hint = 'Write the name and the number of replicas: agent=20.';
      throw new SymphonyError('usage', `${JSON.stringify(target)} is not of the form NAME=NUMBER.`, { hint });
    }
    if (counts.has(name)) throw new SymphonyError('usage', `${name} has two numbers.`);
    counts.set(name, Number(count));
  }
  return Object.fromEntries(counts);
}
