import { setTimeout as delay } from 'node:timers/promises';
import { isZombie, type LaunchMark, MemberIndex, type MemberSearch } from './process-members.ts';
import { type ProcessTable, readEnvironment, readProcessTable, type TableEntry } from './process-table.ts';

/** One process whose members are looked for. */
type MemberTarget = Omit<MemberSearch, 'known'>;

/** One process that is to end, with everything it started. */
export interface EndTarget {
  readonly mark: LaunchMark;
  readonly pid: number | undefined;
  readonly startTime: string;
  /** With SIG. */
  readonly signal: NodeJS.Signals;
  /** Seconds it is given after the signal. */
  readonly timeout: number;
}

export interface Leftover {
  readonly pid: number;
  readonly command: string;
  readonly state: string;
}

/** How long what is killed may take to be gone: only a process stuck in the kernel takes longer. */
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
 * Ends processes with everything below them: the stop signal to each process group, SIGKILL after its timeout; then
 * the same for whatever escaped the group, again until nothing new appears. Resolves with what could not be ended, by
 * target, when everything else is gone.
 */
export async function endProcesses(
  targets: readonly EndTarget[],
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
    endings = endings.filter((ending) => {
      const left = step(ending, index, now);
      if (left !== undefined) leftovers.set(ending.target, left);
      return left === undefined;
    });
    if (endings.length > 0) await delay(pause);
  }
  return leftovers;
}

/** Those of them of which something is left running: found by one look, however many they are. */
export async function findRunning(targets: readonly EndTarget[]): Promise<ReadonlySet<EndTarget>> {
  const members = await findMembers(targets);
  return new Set(targets.filter((target) => (members.get(target) ?? []).length > 0));
}

/** Everything that runs of each of them, found by one look, however many they are. */
export async function findMembers<Target extends MemberTarget>(
  targets: readonly Target[],
): Promise<ReadonlyMap<Target, readonly TableEntry[]>> {
  if (targets.length === 0) return new Map();
  const index = marks.index(await readProcessTable());
  return new Map(targets.map((target) => [target, findAlive(index, target, new Set())]));
}

/** One look and what follows from it; gives what is left once there is no more to be done. */
function step(ending: Ending, index: MemberIndex, now: number): readonly Leftover[] | undefined {
  const { target } = ending;
  const alive = findAlive(index, target, ending.known);
  if (alive.length === 0) return [];
  for (const entry of alive) ending.known.add(entry.pid);
  if (now >= ending.killAt) {
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

/** The group first; what left it is told only once the group is gone, because it may be ended in good order from there. */
function signalOnce(ending: Ending, alive: readonly TableEntry[]): void {
  const { pid, signal } = ending.target;
  const group = pid === undefined ? [] : alive.filter((entry) => entry.group === pid);
  if (group.length > 0 && pid !== undefined) {
    if (!ending.signalled.has(-pid)) kill(-pid, signal);
    ending.signalled.add(-pid);
    // A stopped process takes note of a signal only when it goes on.
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

/** Reads each process's environment once: it is as it was at its start, and reading all of them each time is dear. */
class MarkReader {
  #seen = new Map<string, LaunchMark | undefined>();

  /** The table as it is now, with the marks of what is new in it. */
  index(table: ProcessTable): MemberIndex {
    const seen = new Map<string, LaunchMark | undefined>();
    const index = new MemberIndex(table, (entry) => {
      // The command changes with exec, and with it the environment may.
      const key = `${entry.pid} ${entry.startTime} ${entry.command}`;
      const mark = this.#seen.has(key) ? this.#seen.get(key) : readMark(entry.pid);
      seen.set(key, mark);
      return mark;
    });
    this.#seen = seen;
    return index;
  }
}

/** One for all, because everyone looks at the same processes. */
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
    // Gone already, or not ours to end: the next look tells which.
  }
}
