import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../../engine/client/cluster.ts';
import { messageOf, SymphonyError, throwIfAborted } from '../../engine/contract/errors.ts';
import type { Plan } from '../../engine/contract/plan.ts';
import { isFinal } from '../../engine/contract/status.ts';
import type { ExperimentSnapshot } from '../../engine/contract/watch.ts';
import type { ExperimentSpec } from '../../engine/spec/experiment-spec.ts';
import { Asides } from '../logs/asides.ts';
import { showLogs } from '../logs/show-logs.ts';
import { describeLaunch } from '../output/launch-summary.ts';
import type { CommandContext } from '../program/command.ts';
import { watchNotices } from './desktop-notices.ts';
import { warnOfPlan } from './show-plan.ts';

export interface AttachedWishes {
  readonly force: boolean;
  /** The limit for the whole experiment, in seconds. */
  readonly timeout: number | undefined;
}

/** After the processes have ended, the printing ends once nothing has arrived for this long, if not by itself before. */
const idleMilliseconds = 10_000;
const idleAfterKillMilliseconds = 1_000;

/**
 * Launches an experiment in the foreground: prints what its processes write until it is over, and deletes it. An
 * interrupt ends the processes by their stop signals, a second one by SIGKILL.
 * @throws SymphonyError `failed` if it fails, `timeout`, `interrupted`; in each case it has been deleted
 */
export async function launchAttached(
  context: CommandContext,
  cluster: Cluster,
  spec: ExperimentSpec,
  wishes: AttachedWishes,
): Promise<ExperimentSnapshot> {
  throwIfAborted(context.signal);
  const killing = new AbortController();
  const asides = new Asides();
  const release = context.onSecondInterrupt(() => {
    asides.run(() => context.note(`Killing ${spec.name}.`));
    killing.abort();
  });
  const onInterrupt = () =>
    asides.run(() => context.note(`Ending ${spec.name}; another interrupt kills its processes.`));
  context.signal.addEventListener('abort', onInterrupt, { once: true });
  try {
    const onPlan = (plan: Plan) => warnOfPlan(context, plan);
    // An interrupted launch may be complete all the same, so an interrupt waits for its end.
    const launched = await cluster.launch(spec, { force: wishes.force, onProgress: context.progress, onPlan });
    return await new AttachedExperiment(context, cluster, launched, killing.signal, asides).run(wishes.timeout);
  } finally {
    context.signal.removeEventListener('abort', onInterrupt);
    release();
  }
}

/** A launched experiment that ends with the command. */
class AttachedExperiment {
  readonly #context: CommandContext;
  readonly #cluster: Cluster;
  readonly #launched: ExperimentSnapshot;
  readonly #name: string;
  /** Aborts if the experiment is to be killed. */
  readonly #killing: AbortSignal;
  readonly #asides: Asides;
  readonly #following = new AbortController();
  #writing = 0;
  #wroteAt = 0;

  constructor(
    context: CommandContext,
    cluster: Cluster,
    launched: ExperimentSnapshot,
    killing: AbortSignal,
    asides: Asides,
  ) {
    this.#context = context;
    this.#cluster = cluster;
    this.#launched = launched;
    this.#name = launched.experiment.name;
    this.#killing = killing;
    this.#asides = asides;
  }

  async run(timeout: number | undefined): Promise<ExperimentSnapshot> {
    const { terminal, note, signal } = this.#context;
    const { launchId, createdAt } = await this.#cluster.describeExperiment(this.#name);
    await this.#cluster.setExperiment(this.#name);
    for (const line of await describeLaunch(this.#launched, terminal.noteStyle)) note(line);
    const printing = this.#printLogs();
    const printingFailed = printing.then(() => new Promise<never>(() => undefined));
    const limit = timeout === undefined ? {} : { timeout };
    const replaced = new AbortController();
    const notices = await watchNotices(terminal, this.#cluster, (write) => this.#asides.run(write));
    const onChange = (snapshot: ExperimentSnapshot) => {
      if (snapshot.experiment.createdAt === createdAt) {
        notices?.see(snapshot);
        return;
      }
      replaced.abort(new SymphonyError('failed', `Experiment ${this.#name} was replaced by another launch.`));
    };
    const waiting = this.#cluster.wait(this.#name, {
      for: 'done',
      ...limit,
      signal: AbortSignal.any([signal, replaced.signal]),
      onChange,
    });
    let failure: unknown;
    let ended: ExperimentSnapshot | undefined;
    try {
      ended = await Promise.race([waiting, printingFailed]);
    } catch (error) {
      failure = isNotFound(error) ? new SymphonyError('failed', error.message) : error;
    }
    // What follows is requested: the end of the rest, and the deletion.
    await notices?.end();
    waiting.catch(() => undefined);
    try {
      await this.#end(launchId, printing);
    } catch (error) {
      // The first failure is the one to report, and after an interrupt there is no report.
      if (failure === undefined && !signal.aborted) failure = error;
      else this.#warn(error);
    }
    if (ended !== undefined && failure === undefined) return ended;
    throw failure;
  }

  async #printLogs(): Promise<void> {
    const { processes } = this.#launched;
    const write = async (text: string | Uint8Array) => {
      this.#writing += 1;
      await this.#context.write(text).finally(() => {
        this.#writing -= 1;
        this.#wroteAt = performance.now();
      });
    };
    // An interrupt does not end the printing: what the processes write while they end is shown too.
    const context = { ...this.#context, write, signal: this.#following.signal };
    const options = { follow: true, all: true };
    await showLogs(context, this.#cluster, {
      experiment: this.#name,
      processes,
      all: processes,
      options,
      asides: this.#asides,
    });
  }

  /** Ends what runs, waits for the last lines, and deletes the experiment. */
  async #end(launchId: string, printing: Promise<void>): Promise<void> {
    try {
      if (!(await this.#isSame(launchId))) return;
      await this.#stopRunning();
      if (await this.#isOver()) await this.#drain(printing);
      if (await this.#isSame(launchId)) await this.#delete(printing);
    } finally {
      this.#following.abort();
      await printing.catch(() => undefined);
    }
  }

  /** Whether nothing more is written. */
  async #isOver(): Promise<boolean> {
    return (await this.#cluster.listProcesses(this.#name)).every(({ state }) => isFinal(state));
  }

  /** Another command may have deleted or replaced it. */
  async #isSame(launchId: string): Promise<boolean> {
    try {
      return (await this.#cluster.describeExperiment(this.#name)).launchId === launchId;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  /**
   * Ends the processes in a way that keeps their logs, if a second interrupt can cut that short. The deletion ends what
   * remains.
   */
  async #stopRunning(): Promise<void> {
    const { stop } = this.#cluster.capabilities;
    if (!stop?.yieldsToKill) return;
    const running = (await this.#cluster.listProcesses(this.#name)).filter(({ state }) => !isFinal(state));
    if (running.length === 0 || this.#killing.aborted) return;
    const { progress } = this.#context;
    try {
      await stop.stop(this.#name, running, { signal: this.#killing, onProgress: progress });
    } catch (error) {
      if (!this.#killing.aborted) this.#warn(error);
    }
  }

  #warn(error: unknown): void {
    this.#asides.run(() => this.#context.warn(messageOf(error)));
  }

  async #delete(printing: Promise<void>): Promise<void> {
    const { note, progress: onProgress } = this.#context;
    const end = (kill: boolean) =>
      this.#cluster.delete(this.#name, { onProgress, ...(kill ? { kill } : { signal: this.#killing }) });
    const { leftovers } = await end(this.#killing.aborted).catch((error: unknown) => {
      if (this.#killing.aborted) return end(true);
      throw error;
    });
    await this.#drain(printing);
    if (leftovers.length > 0)
      throw new SymphonyError('failed', `Of ${this.#name} this is left: ${leftovers.join(', ')}.`);
    if ((await this.#cluster.currentExperiment()) === this.#name) await this.#cluster.setExperiment(null);
    note(`Deleted ${this.#name}.`);
  }

  /** Waits until all lines are printed. A reader may be slow, but a log whose end does not come is given up. */
  async #drain(printing: Promise<void>): Promise<void> {
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    const ended = printing.then(end, end);
    this.#wroteAt = performance.now();
    const over = new AbortController();
    const isIdle = () => {
      const limit = this.#killing.aborted ? idleAfterKillMilliseconds : idleMilliseconds;
      return this.#writing === 0 && performance.now() > this.#wroteAt + limit;
    };
    const watch = async () => {
      while (!isOver && !isIdle()) await delay(200, undefined, { signal: over.signal }).catch(() => undefined);
    };
    await Promise.race([ended, watch()]);
    isOver = true;
    over.abort();
  }
}

function isNotFound(error: unknown): error is SymphonyError {
  return error instanceof SymphonyError && error.code === 'not-found';
}
