import { readdirSync, readFileSync } from 'node:fs';

/** A process of this machine, as /proc shows it. */
export interface HostProcess {
  readonly pid: number;
  readonly parent: number;
  /** Clock ticks since boot: tells a process from a later one with its pid. */
  readonly startTime: string;
  readonly state: string;
  readonly command: readonly string[];
  readonly environment: string;
}

/** Every process but zombies and this one. */
export function hostProcesses(): HostProcess[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => readHostProcess(Number(entry)))
    .filter((found) => found !== undefined)
    .filter(({ pid, state }) => pid !== process.pid && state !== 'Z' && state !== 'X');
}

/** A process whatever its state, or undefined once it is gone. */
function readHostProcess(pid: number): HostProcess | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return {
      pid,
      state: fields[0] ?? '',
      parent: Number(fields[1]),
      startTime: fields[19] ?? '',
      command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1),
      environment: readEnvironment(pid),
    };
  } catch {
    return undefined;
  }
}

function readEnvironment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

/** Processes that carry this variable with this value. */
export function processesWith(name: string, value: string): HostProcess[] {
  const entry = `${name}=${value}`;
  return hostProcesses().filter(({ environment }) => environment.split('\0').includes(entry));
}

/** Processes that carry a text anywhere in their command line or environment: what belongs to a temporary folder. */
export function processesMentioning(text: string): HostProcess[] {
  return hostProcesses().filter(
    ({ command, environment }) => environment.includes(text) || command.some((argument) => argument.includes(text)),
  );
}

/** One line a process, for messages. */
export function describeProcesses(processes: readonly HostProcess[]): string[] {
  return processes.map(({ pid, command }) => `${pid} ${command.join(' ').slice(0, 200)}`);
}

/** Whether this very process still runs; a zombie does not. */
export function isAlive(pid: number): boolean {
  const found = readHostProcess(pid);
  return found !== undefined && found.state !== 'Z' && found.state !== 'X';
}

/** SIGKILL, for those that still are what they were. */
export function killAll(processes: readonly HostProcess[]): void {
  for (const { pid, startTime } of processes) {
    if (readHostProcess(pid)?.startTime !== startTime) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // gone in between
    }
  }
}
