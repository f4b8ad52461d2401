import { SymphonyError } from '../../contract/errors.ts';
import { formatProcess, type ProcessStatus } from '../../contract/status.ts';
import { noTarget, unknownName } from '../../text/common-errors.ts';
import { listNames } from '../../text/suggestion.ts';

/** How well a name matches: 0 exactly, 1 by prefix, 2 by substring; undefined if it does not. */
export function matchRank(wanted: string, name: string): 0 | 1 | 2 | undefined {
  if (name === wanted) return 0;
  if (name.startsWith(wanted)) return 1;
  return name.includes(wanted) ? 2 : undefined;
}

/**
 * The names that match: the exact one, else all with it as their last part (`team-a/rl`, `team-b/rl` for `rl`), else all
 * that begin with it, else all that contain it. Empty text matches none.
 */
export function matchNames(wanted: string, names: readonly string[]): string[] {
  if (wanted === '') return [];
  const whole = matchWhole(wanted, names);
  return whole.length > 0 ? whole : best(names, (name) => matchRank(wanted, name));
}

/** Matches of the whole name: the name itself, else all with it as their last part. */
export function matchWhole(wanted: string, names: readonly string[]): string[] {
  return names.includes(wanted) ? [wanted] : names.filter((name) => name.endsWith(`/${wanted}`));
}

/**
 * The one name that matches. A command that can ask where several match gets the candidates from `matchNames`.
 * @throws SymphonyError `not-found` with similar names in its hint, `ambiguous` with the candidates in its hint
 */
export function resolveName(
  kind: 'experiment' | 'process' | 'service',
  wanted: string,
  names: readonly string[],
  options: { /** Match only whole names, as destructive commands require. */ readonly exact?: boolean } = {},
): string {
  const matches = options.exact ? matchWhole(wanted, names) : matchNames(wanted, names);
  const [first] = matches;
  if (first === undefined) throw unknownName(kind, wanted, names);
  if (new Set(matches).size > 1) throw ambiguous(kind, wanted, matches);
  return first;
}

/**
 * The processes that match a target, `process` or `group/process`: each part exactly, else by prefix, else by substring.
 * More than one are candidates to choose from.
 */
export function matchTarget(processes: readonly ProcessStatus[], target: string): ProcessStatus[] {
  const wanted = splitTarget(target);
  const exact = processes.filter((status) => formatProcess(status) === target);
  if (exact.length > 0 || target === '') return exact;
  return best(processes, (status) => targetRank(wanted, status));
}

/**
 * The one process that matches a target.
 * @throws SymphonyError `not-found` with similar names, `ambiguous` with the candidates in its hint
 */
export function resolveTarget(processes: readonly ProcessStatus[], target: string): ProcessStatus {
  const matches = matchTarget(processes, target);
  const [first] = matches;
  if (first === undefined) throw noTarget(target, processes, processes[0]?.experiment);
  if (matches.length > 1) throw ambiguous('process', target, matches.map(formatProcess));
  return first;
}

/**
 * All processes that a target names, for commands that take several: those of a group (`agents` or `agents/`), all replicas
 * of a process (`agent` for `agent-0`, `agent-1`) or of a group, else the one process that `resolveTarget` finds.
 * @throws SymphonyError as `resolveTarget`
 */
export function resolveTargets(processes: readonly ProcessStatus[], target: string): ProcessStatus[] {
  const { group, name } = splitTarget(target);
  const groupFits = (status: ProcessStatus, wanted: string) =>
    status.group !== null && (status.group === wanted || isReplica(status.group, wanted));
  const inGroup = (status: ProcessStatus) => group === undefined || groupFits(status, group);
  const candidates = [
    (status: ProcessStatus) => formatProcess(status) === target,
    (status: ProcessStatus) => status.group !== null && [status.group, `${status.group}/`].includes(target),
    (status: ProcessStatus) => name !== '' && inGroup(status) && status.name === name,
    (status: ProcessStatus) => name !== '' && inGroup(status) && isReplica(status.name, name),
    (status: ProcessStatus) => name !== '' && group === undefined && groupFits(status, name),
    (status: ProcessStatus) => name === '' && group !== undefined && groupFits(status, group),
  ];
  for (const candidate of candidates) {
    const matches = processes.filter(candidate);
    if (matches.length > 0) return matches;
  }
  return [resolveTarget(processes, target)];
}

/** Whether a target is the whole name of a process, a group or a declaration with replicas, and not just a part of it. */
export function isWholeTarget(processes: readonly ProcessStatus[], target: string): boolean {
  let found: readonly ProcessStatus[];
  try {
    found = resolveTargets(processes, target);
  } catch {
    return false;
  }
  const wanted = target.replace(/\/$/, '');
  const base = (name: string) => name.replace(/-\d+$/, '');
  return found.every(({ group, name }) => {
    const groups = group === null ? [] : [group, base(group)];
    const names = [name, base(name)];
    return [...groups, ...names, ...groups.flatMap((one) => names.map((other) => `${one}/${other}`))].includes(wanted);
  });
}

/** Whether the name is `base-0`, `base-1`, … */
function isReplica(name: string, base: string): boolean {
  return name.startsWith(`${base}-`) && /^(0|[1-9]\d*)$/.test(name.slice(base.length + 1));
}

interface TargetParts {
  readonly group: string | undefined;
  readonly name: string;
}

export function splitTarget(target: string): TargetParts {
  const slash = target.indexOf('/');
  if (slash < 0) return { group: undefined, name: target };
  return { group: target.slice(0, slash), name: target.slice(slash + 1) };
}

function targetRank(wanted: TargetParts, status: ProcessStatus): number | undefined {
  const name = matchRank(wanted.name, status.name);
  if (wanted.group === undefined || name === undefined) return name;
  const group = status.group === null ? undefined : matchRank(wanted.group, status.group);
  return group === undefined ? undefined : group + name;
}

/** The items of the lowest rank, in their order. */
function best<Item>(items: readonly Item[], rank: (item: Item) => number | undefined): Item[] {
  const ranked = items.map((item) => ({ item, rank: rank(item) ?? Number.POSITIVE_INFINITY }));
  const lowest = ranked.reduce((low, { rank }) => Math.min(low, rank), Number.POSITIVE_INFINITY);
  return lowest === Number.POSITIVE_INFINITY
    ? []
    : ranked.filter(({ rank }) => rank === lowest).map(({ item }) => item);
}

function ambiguous(kind: string, wanted: string, matches: readonly string[]): SymphonyError {
  return new SymphonyError('ambiguous', `Several fit the ${kind} ${JSON.stringify(wanted)}.`, {
    hint: `Name one of: ${listNames(matches)}.`,
  });
}
