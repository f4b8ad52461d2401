import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import {
  type AssignedService,
  describeEnding,
  describePreambleEnd,
  formatProcess,
  isFinal,
  isReadyAtStart,
  messageOf,
  type ProcessDescription,
  type ProcessStatus,
  type ResolvedProcess,
  type RunStatus,
  sameProcess,
  shownEnvironment,
} from '@symphony-run/symphony/engine';
import { joinedCommandLine } from './plan.ts';
import { groupEnds, groupRuns, signalGroup } from './process-group.ts';
import { ProcessLog } from './process-log.ts';
import { readinessCheck, readProgress } from './readiness.ts';

export interface ProcessContext {
  readonly experiment: string;
  /** All services of the experiment. */
  readonly services: readonly AssignedService[];
  readonly env: Readonly<Record<string, string>>;
  /** The variables that Symphony itself sets. */
  readonly symphony: Readonly<Record<string, string>>;
  readonly niceness: number;
  /** Where its preamble writes down how far it is. */
  readonly progressFile: string;
  /** Called when the status of the process has changed. */
  readonly onChange: () => void;
  /** Called when the process wrote something. */
  readonly onOutput: () => void;
}

type Outcome = Pick<ProcessStatus, 'state'> & Pick<RunStatus, 'exitCode' | 'signal' | 'reason'>;

const pollMilliseconds = 100;
/** How long the end of the output may be late after the end of the process, which a surviving child can keep open. */
const lateOutputMilliseconds = 500;
const killSeconds = 10;

/** One process, in a process group of its own. */
export class PlainProcess {
  readonly resolved: ResolvedProcess;
  readonly log: ProcessLog;
  readonly #context: ProcessContext;
  readonly #checks = new AbortController();
  #group: number | undefined;
  #pid: number | undefined;
  #startedAt = new Date().toISOString();
  #finishedAt: string | undefined;
  #outcome: Outcome = { state: 'starting' };
  #stopReason: string | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(resolved: ResolvedProcess, context: ProcessContext) {
    this.resolved = resolved;
    this.log = new ProcessLog(resolved.logSize);
    this.#context = context;
  }

  get hasEnded(): boolean {
    return isFinal(this.#outcome.state);
  }

  /** Starts the process. One that cannot be started has failed, with the reason. */
  start(): void {
    const { startDir } = this.resolved;
    this.#startedAt = new Date().toISOString();
    try {
      if (!existsSync(startDir)) throw new Error(`there is no folder ${startDir}`);
      const { env, niceness } = this.#context;
      const args = ['-n', String(niceness), ...joinedCommandLine(this.resolved, this.#context.progressFile)];
      const child = spawn('nice', args, { cwd: startDir, env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
      this.#ended = this.#observe(child);
    } catch (error) {
      this.#settle({ state: 'failed', reason: `cannot be started: ${messageOf(error)}` });
    }
  }

  async #observe(child: ChildProcess): Promise<void> {
    this.#pid = this.#group = child.pid;
    // An open backend keeps the program alive, not its processes.
    child.unref();
    (child.stdout as unknown as { unref(): void }).unref();
    child.stdout?.on('data', (chunk: Buffer) => {
      this.log.add(chunk);
      this.#context.onOutput();
    });
    const closed = once(child, 'close').catch(() => {});
    const checks = this.#checkReadiness();
    let outcome: Outcome;
    try {
      outcome = this.#outcomeOf(await once(child, 'exit'));
      await Promise.race([closed, delay(lateOutputMilliseconds)]);
      // After a busy time the timer comes before output that has arrived.
      await nextTurn();
    } catch (error) {
      outcome = { state: 'failed', reason: `cannot be started: ${messageOf(error)}` };
    }
    // A later process group could get the number of one that is gone.
    if (this.#group !== undefined && !groupRuns(this.#group)) this.#group = undefined;
    this.#checks.abort();
    await checks;
    this.#settle(outcome);
  }

  #outcomeOf([code, signal]: unknown[]): Outcome {
    const how = typeof code === 'number' ? { exitCode: code } : endBySignal(signal as NodeJS.Signals);
    if (this.#stopReason !== undefined) return { state: 'stopped', ...how, reason: this.#stopReason };
    if (code === 0) return { state: 'succeeded', ...how };
    const { command, preamble } = this.resolved;
    const inPreamble =
      preamble.length === 0 ? undefined : describePreambleEnd(readProgress(this.#context.progressFile), how);
    if (inPreamble !== undefined) return { state: 'failed', ...how, reason: inPreamble };
    const said = describeEnding(how);
    // The shell that starts an argv has these exit codes if it cannot.
    const names = typeof command !== 'string' && (code === 126 || code === 127);
    return { state: 'failed', ...how, reason: names ? `${command[0]}: ${said}` : said };
  }

  async #checkReadiness(): Promise<void> {
    const { services, env, progressFile } = this.#context;
    const { ready, shell, startDir } = this.resolved;
    const check = isReadyAtStart(this.resolved)
      ? undefined
      : readinessCheck(ready, { services, env, shell, startDir, progressFile, log: this.log });
    const { signal } = this.#checks;
    for (let reason = await check?.(signal); !signal.aborted; reason = await check?.(signal)) {
      if (reason === undefined) return this.#set({ state: 'running' });
      if (reason !== this.#outcome.reason) this.#set({ state: 'starting', reason });
      await delay(pollMilliseconds, undefined, { signal }).catch(() => {});
    }
  }

  #settle(outcome: Outcome): void {
    this.#finishedAt = new Date().toISOString();
    this.log.end();
    this.#set(outcome);
    this.#context.onOutput();
  }

  #set(outcome: Outcome): void {
    this.#outcome = outcome;
    this.#context.onChange();
  }

  /** Ends the process and everything in its group. Resolves with what could not be ended, in words. */
  async stop(reason: string): Promise<string | undefined> {
    const { signal, timeout } = this.resolved.stop;
    if (!this.hasEnded) this.#stopReason ??= reason;
    const group = this.#group;
    if (group !== undefined) {
      signalGroup(group, `SIG${signal}`);
      if (!(await groupEnds(group, timeout))) signalGroup(group, 'SIGKILL');
      if (!(await groupEnds(group, killSeconds))) return `${formatProcess(this.resolved)} (process group ${group})`;
      this.#group = undefined;
    }
    await this.#ended;
    return undefined;
  }

  /** Kills the process at once, for a program that ends. */
  kill(): void {
    if (this.#group !== undefined) signalGroup(this.#group, 'SIGKILL');
  }

  status(): ProcessStatus {
    const { group, name, command } = this.resolved;
    const own = this.#context.services.filter(({ owner }) => sameProcess(owner, this.resolved));
    return {
      group,
      name,
      experiment: this.#context.experiment,
      ...this.#outcome,
      ready: this.#outcome.state === 'running',
      restarts: 0,
      startedAt: this.#startedAt,
      ...this.#finished(),
      niceness: this.#context.niceness,
      ports: Object.fromEntries(own.map(({ name, port }) => [name, port])),
      ...(this.#pid === undefined || this.hasEnded ? {} : { pid: this.#pid }),
      command,
    };
  }

  description(): ProcessDescription {
    const { startDir, bind, connect, expose } = this.resolved;
    const env = shownEnvironment(this.resolved.env, this.#context.symphony);
    const { state, ...how } = this.hasEnded ? this.#outcome : { state: undefined };
    const runs = [{ run: 1, startedAt: this.#startedAt, ...this.#finished(), ...how }];
    return { ...this.status(), runs, env, startDir, bind, connect, expose };
  }

  #finished() {
    return this.#finishedAt === undefined ? {} : { finishedAt: this.#finishedAt };
  }
}

function endBySignal(signal: NodeJS.Signals) {
  return { signal, exitCode: 128 + constants.signals[signal] };
}
