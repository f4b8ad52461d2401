import { readdirSync, readFileSync } from 'node:fs';

/** A process of this machine, as /proc shows it. */
export interface HostProcess {
  readonly pid: number;
  readonly parent: number;
  /** Clock ticks since boot, which distinguish a process from a later one with the same pid. */
  readonly startTime: string;
  readonly state: string;
  readonly command: readonly string[];
  readonly environment: string;
}

/** Every process except zombies and this one. */
export function hostProcesses(): HostProcess[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => readHostProcess(Number(entry)))
    .filter((found) => found !== undefined)
    .filter(({ pid, state }) => pid !== process.pid && state !== 'Z' && state !== 'X');
}

/** A process in any state, or undefined once it is gone. */
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

/** The processes that have this variable with this value. */
export function processesWith(name: string, value: string): HostProcess[] {
  const entry = `${name}=${value}`;
  return hostProcesses().filter(({ environment }) => environment.split('\0').includes(entry));
}

/** The processes with a text in their command line or environment, such as the path of a temporary folder. */
export function processesMentioning(text: string): HostProcess[] {
  return hostProcesses().filter(
    ({ command, environment }) => environment.includes(text) || command.some((argument) => argument.includes(text)),
  );
}

/** One line for each process, for messages. */
export function describeProcesses(processes: readonly HostProcess[]): string[] {
  return processes.map(({ pid, command }) => `${pid} ${command.join(' ').slice(0, 200)}`);
}

/** Whether a process still runs; a zombie does not. */
export function isAlive(pid: number): boolean {
  const found = readHostProcess(pid);
  return found !== undefined && found.state !== 'Z' && found.state !== 'X';
}

/** Sends SIGKILL to each process, unless a later one has its pid. */
export function killAll(processes: readonly HostProcess[]): void {
  for (const { pid, startTime } of processes) {
    if (readHostProcess(pid)?.startTime !== startTime) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended after the check.
    }
  }
}
