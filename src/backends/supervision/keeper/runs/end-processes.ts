import { setTimeout as delay } from 'node:timers/promises';
import { isZombie, type LaunchMark, MemberIndex, type MemberSearch } from '../../../kit/host/process-members.ts';
import {
  type ProcessTable,
  readEnvironment,
  readProcessTable,
  type TableEntry,
} from '../../../kit/host/process-table.ts';

/** A process whose members are searched. */
type MemberTarget = Omit<MemberSearch, 'known'>;

/** A process to end, with everything it started. */
export interface EndTarget {
  readonly mark: LaunchMark;
  readonly pid: number | undefined;
  readonly startTime: string;
  /** Name with SIG. */
  readonly signal: NodeJS.Signals;
  /** Seconds between the signal and SIGKILL. */
  readonly timeout: number;
}

export interface Leftover {
  readonly pid: number;
  readonly command: string;
  readonly state: string;
}

export function describeLeftover({ pid, command, state }: Leftover): string {
  return `${command} (pid ${pid}, state ${state})`;
}

/** Time that a killed process may take to disappear; only one stuck in the kernel takes longer. */
const killSeconds = 5;
const initialPauseMilliseconds = 5;
const maxPauseMilliseconds = 100;

interface Ending {
  readonly target: EndTarget;
  readonly known: Set<number>;
  readonly killAt: number;
  readonly signalled: Set<number>;
  readonly killed: Set<number>;
  giveUpAt: number | undefined;
}

/**
 * Ends processes with all their members: sends the stop signal to each process group, SIGKILL after its timeout; then
 * the same to members outside the group, until no new ones appear. Resolves with what could not be ended, by target,
 * when everything else has ended.
 * @param killsAtOnce asked again and again: whether SIGKILL is due before the timeouts
 */
export async function endProcesses(
  targets: readonly EndTarget[],
  killsAtOnce: () => boolean = () => false,
): Promise<ReadonlyMap<EndTarget, readonly Leftover[]>> {
  const leftovers = new Map<EndTarget, readonly Leftover[]>();
  const start = performance.now();
  let endings: Ending[] = targets.map((target) => ({
    target,
    known: new Set<number>(),
    killAt: start + target.timeout * 1000,
    signalled: new Set<number>(),
    killed: new Set<number>(),
    giveUpAt: undefined,
  }));
  for (let pause = initialPauseMilliseconds; endings.length > 0; pause = Math.min(pause * 1.5, maxPauseMilliseconds)) {
    const index = marks.index(await readProcessTable());
    const now = performance.now();
    const isHurried = killsAtOnce();
    endings = endings.filter((ending) => {
      const left = step(ending, index, now, isHurried);
      if (left !== undefined) leftovers.set(ending.target, left);
      return left === undefined;
    });
    if (endings.length > 0) await delay(pause);
  }
  return leftovers;
}

/** The targets that still have running members, found by one read of the process table. */
export async function findRunning(targets: readonly EndTarget[]): Promise<ReadonlySet<EndTarget>> {
  const members = await findMembers(targets);
  return new Set(targets.filter((target) => (members.get(target) ?? []).length > 0));
}

/** The running members of each target, found by one read of the process table. */
export async function findMembers<Target extends MemberTarget>(
  targets: readonly Target[],
): Promise<ReadonlyMap<Target, readonly TableEntry[]>> {
  if (targets.length === 0) return new Map();
  const index = marks.index(await readProcessTable());
  return new Map(targets.map((target) => [target, findAlive(index, target, new Set())]));
}

/** One pass over a target: signals its members. Returns what is left once nothing more can be done. */
function step(ending: Ending, index: MemberIndex, now: number, isHurried: boolean): readonly Leftover[] | undefined {
  const { target } = ending;
  const alive = findAlive(index, target, ending.known);
  if (alive.length === 0) return [];
  for (const entry of alive) ending.known.add(entry.pid);
  if (isHurried || now >= ending.killAt) {
    for (const entry of alive) kill(entry.pid, 'SIGKILL');
    const fresh = alive.some((entry) => !ending.killed.has(entry.pid));
    for (const entry of alive) ending.killed.add(entry.pid);
    if (fresh || ending.giveUpAt === undefined) ending.giveUpAt = now + killSeconds * 1000;
    if (now < ending.giveUpAt) return undefined;
    return alive.map(({ pid, command, state }) => ({ pid, command, state }));
  }
  signalOnce(ending, alive);
  return undefined;
}

function findAlive(index: MemberIndex, target: MemberTarget, known: ReadonlySet<number>): TableEntry[] {
  return index.find({ ...target, known }).filter((entry) => !isZombie(entry) && entry.pid !== process.pid);
}

/**
 * Signals the group first. Members outside it are signalled only after the group has ended, because the group may end
 * them in an orderly way.
 */
function signalOnce(ending: Ending, alive: readonly TableEntry[]): void {
  const { pid, signal } = ending.target;
  const group = pid === undefined ? [] : alive.filter((entry) => entry.group === pid);
  if (group.length > 0 && pid !== undefined) {
    if (!ending.signalled.has(-pid)) kill(-pid, signal);
    ending.signalled.add(-pid);
    // A stopped process handles a signal only after it is continued.
    if (group.some((entry) => entry.state === 'T')) kill(-pid, 'SIGCONT');
    return;
  }
  for (const entry of alive) {
    if (ending.signalled.has(entry.pid)) continue;
    ending.signalled.add(entry.pid);
    kill(entry.pid, signal);
    if (entry.state === 'T') kill(entry.pid, 'SIGCONT');
  }
}

/**
 * Caches the mark of each process: its initial environment does not change, and reading all of them each time is
 * expensive.
 */
class MarkReader {
  #seen = new Map<string, LaunchMark | undefined>();

  /** Indexes the process table, reading the marks of new processes only. */
  index(table: ProcessTable): MemberIndex {
    const seen = new Map<string, LaunchMark | undefined>();
    const index = new MemberIndex(table, (entry) => {
      // exec changes the command, and may change the environment.
      const key = `${entry.pid} ${entry.startTime} ${entry.command}`;
      const mark = this.#seen.has(key) ? this.#seen.get(key) : readMark(entry.pid);
      seen.set(key, mark);
      return mark;
    });
    this.#seen = seen;
    return index;
  }
}

/** One shared cache, because all callers look at the same processes. */
const marks = new MarkReader();

function readMark(pid: number): LaunchMark | undefined {
  const variables = readEnvironment(pid);
  const launchId = variables.get('SYMPH_ID');
  if (launchId === undefined) return undefined;
  return {
    launchId,
    group: variables.get('SYMPH_PROCESS_GROUP') ?? '',
    name: variables.get('SYMPH_PROCESS') ?? '',
  };
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // The process has ended or may not be signalled; the next pass finds out which.
  }
}
