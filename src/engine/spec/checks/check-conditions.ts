import { processKey } from '../../contract/process-key.ts';
import { suggestionClause } from '../../text/suggestion.ts';
import type { ExperimentSpec, ProcessGroupSpec, StartCondition } from '../experiment-spec.ts';
import type { Problem, SpecPath } from '../problem.ts';
import type { DeclaredProcess, ExpandedProcess } from '../resolve/expand-spec.ts';
import { inheritRestart } from '../resolve/inherit-fields.ts';
import { type NamedProcesses, namedProcesses } from '../resolve/named-processes.ts';

/** One entry of an `after`, of a process or of its group, with what it means. */
interface Wait {
  readonly waiting: DeclaredProcess;
  readonly awaited: readonly DeclaredProcess[];
  /** The keys of the processes it waits for. */
  readonly keys: readonly string[];
  readonly condition: StartCondition;
  readonly path: SpecPath;
}

/** Start conditions and ends that name no process, wait for themselves, or can never come true. */
export function checkConditions(
  spec: ExperimentSpec,
  declared: readonly DeclaredProcess[],
  processes: readonly ExpandedProcess[],
): readonly Problem[] {
  const problems: Problem[] = [];
  const known = new Map<string, NamedProcesses>();
  const find = (name: string, path: SpecPath): readonly ExpandedProcess[] => {
    const named = known.get(name) ?? namedProcesses(name, processes);
    known.set(name, named);
    const { processes: found, alternatives } = named;
    const problem = found.length === 0 ? unknownName(name, declared) : ambiguity(name, found, alternatives);
    if (problem !== undefined) problems.push({ path, message: problem });
    return problem === undefined ? found : [];
  };
  const waits = declared.flatMap((waiting): Wait[] => {
    const { group, path } = waiting;
    const ofGroup = entriesOf(group?.spec).map(([name, condition]) => {
      const at = ['groups', group?.name ?? '', 'after', name];
      const isOwn = (awaited: DeclaredProcess) => awaited.group?.name === group?.name;
      return { name, condition, path: at, isOwn, message: 'a group cannot wait for itself or for a part of itself' };
    });
    const own = entriesOf(waiting.spec).map(([name, condition]) => {
      const isOwn = (awaited: DeclaredProcess) => awaited === waiting;
      const isGroup = group !== null && (name === group.name || name.startsWith(`${group.name}-`));
      const message = isGroup ? 'a process cannot wait for its own group' : 'a process cannot wait for itself';
      return { name, condition, path: [...path, 'after', name], isOwn, message };
    });
    return [...ofGroup, ...own].flatMap(({ name, condition, path: at, isOwn, message }) => {
      const found = find(name, at);
      const awaited = [...new Set(found.map((expanded) => expanded.declared))];
      if (awaited.some(isOwn)) problems.push({ path: at, message });
      const others = awaited.filter((member) => !isOwn(member));
      return [{ waiting, awaited: others, keys: found.map(processKey), condition, path: at }];
    });
  });
  const ends = (spec.endsWith?.processes ?? []).flatMap((name, index) => find(name, ['endsWith', index]));
  if (problems.length > 0) return problems;
  const { cycles, order } = orderStarts(declared, waits);
  if (cycles.length > 0) return cycles;
  return [...endlessWaits(waits), ...endlessEnds(spec, processes), ...startsAfterTheEnd(waits, ends, order)];
}

function entriesOf(spec: Pick<ProcessGroupSpec, 'after'> | undefined): [string, StartCondition][] {
  return Object.entries(spec?.after ?? {});
}

function unknownName(name: string, declared: readonly DeclaredProcess[]): string {
  const groups = [...new Set(declared.flatMap(({ group }) => group?.name ?? []))];
  const shown = [...new Set([...declared.filter(({ group }) => group === null).map(nameOf), ...groups])];
  const inGroups = declared.filter(({ group }) => group !== null);
  const known = [
    ...shown,
    ...inGroups.map(nameOf),
    ...(name.includes('/') ? [] : inGroups.map((member) => member.name)),
  ];
  const right = suggestionClause(name, known);
  return `there is no process or group ${JSON.stringify(name)}; ${right}`;
}

function ambiguity(
  name: string,
  found: readonly ExpandedProcess[],
  alternatives: readonly string[],
): string | undefined {
  if (alternatives.length === 0) return undefined;
  const [first] = found;
  const isGroup = first !== undefined && first.declared.name !== name && first.name !== name;
  if (!isGroup) return `${JSON.stringify(name)} is a process of several groups; write ${alternatives.join(' or ')}`;
  const group = `${name}/${first.declared.name}`;
  const written = alternatives.join(' or ');
  return `${JSON.stringify(name)} is a group and also a process; write ${written} for that one, or ${group} for one of the group`;
}

/** `group/process`, or the bare name of a process outside any group, as declared. */
function nameOf({ group, name }: DeclaredProcess): string {
  return group === null ? name : `${group.name}/${name}`;
}

/** Puts each process behind all that it waits for, and finds those that wait for each other in a circle. */
function orderStarts(
  declared: readonly DeclaredProcess[],
  waits: readonly Wait[],
): { readonly cycles: readonly Problem[]; readonly order: readonly DeclaredProcess[] } {
  const byWaiting = Map.groupBy(waits, ({ waiting }) => waiting);
  const cycles: Problem[] = [];
  const order = new Set<DeclaredProcess>();
  for (const start of declared) {
    // A chain of ten thousand processes must not exhaust the stack of calls.
    const trail = new Map<DeclaredProcess, Generator<[DeclaredProcess, SpecPath], undefined>>();
    const enter = (member: DeclaredProcess) => trail.set(member, edges(byWaiting.get(member) ?? []));
    let current: DeclaredProcess | undefined = order.has(start) ? undefined : start;
    const stack: DeclaredProcess[] = [];
    while (current !== undefined) {
      if (!trail.has(current)) {
        enter(current);
        stack.push(current);
      }
      const edge = trail.get(current)?.next().value;
      if (edge === undefined) {
        order.add(current);
        trail.delete(current);
        stack.pop();
        current = stack.at(-1);
        continue;
      }
      const [awaited, path] = edge;
      if (trail.has(awaited))
        cycles.push({ path, message: describeCycle([...stack.slice(stack.indexOf(awaited)), awaited]) });
      else if (!order.has(awaited)) current = awaited;
    }
  }
  return { cycles, order: [...order] };
}

function describeCycle(members: readonly DeclaredProcess[]): string {
  const names = members.map(nameOf);
  const links = names.slice(1).map((name, index) => `${names[index]} waits for ${name}`);
  return `these wait for each other in a circle: ${links.join(', ')}`;
}

function* edges(waits: readonly Wait[]): Generator<[DeclaredProcess, SpecPath], undefined> {
  for (const { awaited, path } of waits) for (const member of awaited) yield [member, path];
}

function isEndless(declared: DeclaredProcess): boolean {
  const { restart, maxRestarts } = inheritRestart(declared);
  return restart === 'always' && maxRestarts === undefined;
}

const endlessly = 'is restarted whenever it ends (restart: always), so it never ends by itself';

function endlessWaits(waits: readonly Wait[]): Problem[] {
  return waits.flatMap(({ awaited, condition, path }) => {
    const endless = condition === 'succeeded' || condition === 'ended' ? awaited.find(isEndless) : undefined;
    if (endless === undefined) return [];
    return [{ path, message: `${JSON.stringify(condition)} never comes true: ${nameOf(endless)} ${endlessly}` }];
  });
}

function endlessEnds(spec: ExperimentSpec, processes: readonly ExpandedProcess[]): Problem[] {
  return (spec.endsWith?.processes ?? []).flatMap((name, index) => {
    const endless = namedProcesses(name, processes).processes.find(({ declared }) => isEndless(declared));
    if (endless === undefined) return [];
    const message = `${nameOf(endless.declared)} ${endlessly}; use restart: on-failure, or maxRestarts`;
    return [{ path: ['endsWith', index], message }];
  });
}

/** Processes that wait for the end of all that the experiment ends with: it is over by then, and starts nothing more. */
function startsAfterTheEnd(
  waits: readonly Wait[],
  ends: readonly ExpandedProcess[],
  order: readonly DeclaredProcess[],
): readonly Problem[] {
  if (ends.length === 0) return [];
  const endKeys = new Set(ends.map(processKey));
  const endMembers = new Set(ends.map(({ declared }) => declared));
  const byWaiting = Map.groupBy(waits, ({ waiting }) => waiting);
  /** Of what the experiment ends with, all that must have ended before a process is started. */
  const endedBefore = new Map<DeclaredProcess, ReadonlySet<string>>();
  for (const waiting of order) {
    const ended = (byWaiting.get(waiting) ?? []).flatMap(({ awaited, keys, condition }) => [
      ...awaited.flatMap((member) => [...(endedBefore.get(member) ?? [])]),
      ...(condition === 'succeeded' || condition === 'ended' ? keys.filter((key) => endKeys.has(key)) : []),
    ]);
    endedBefore.set(waiting, new Set(ended));
  }
  return order.flatMap((waiting) => {
    const path = byWaiting.get(waiting)?.at(-1)?.path;
    const isLate = endedBefore.get(waiting)?.size === endKeys.size;
    if (path === undefined || endMembers.has(waiting) || !isLate) return [];
    const message = `${nameOf(waiting)} would never be started, because the experiment is over by then; name it in endsWith as well`;
    return [{ path, message }];
  });
}
