import { setTimeout as delay } from 'node:timers/promises';
import type { LogLine, LogOptions } from '../../../engine/contract/logs.ts';
import type { ProcessReference } from '../../../engine/contract/status.ts';
import { toLogLines } from '../../kit/logs/log-lines.ts';
import { TimedPosition } from '../../kit/logs/timed-position.ts';
import type { KubeClient } from '../api/kube-client.ts';
import { afterChange, afterReading, type FollowState, type FollowTask } from './follow-state.ts';
import type { PodRuns } from './logged-runs.ts';
import { hasNewerRun } from './newer-run.ts';
import { type PodTracker, waitForEvent } from './pod-tracker.ts';
import { type ReadOptions, readContainer, readTail } from './read-container.ts';

/** Milliseconds that a stream may continue after its container has ended, for the last output. */
const drainMilliseconds = 5_000;
/** Milliseconds within which a container's status follows its end. */
const statusDelayMilliseconds = 5_000;
const initialRetryDelayMilliseconds = 200;
const maxRetryDelayMilliseconds = 5_000;
const maxFailures = 20;

type FollowOptions = LogOptions & { readonly signal: AbortSignal };

/** The log of one process from its current run on, across restarts and lost connections, each line once. */
export class LogFollower {
  readonly #client: KubeClient;
  readonly #podTracker: PodTracker;
  readonly #reference: ProcessReference;
  readonly #options: FollowOptions;
  readonly #signal: AbortSignal;
  #state: FollowState = { kind: 'absent' };
  #position = new TimedPosition();
  #failures = 0;
  // Both apply to the first run only.
  #tail: number | undefined;
  #since: Date | undefined;

  constructor(client: KubeClient, podTracker: PodTracker, reference: ProcessReference, options: FollowOptions) {
    this.#client = client;
    this.#podTracker = podTracker;
    this.#reference = reference;
    this.#options = options;
    this.#signal = options.signal;
    this.#tail = options.tail;
    this.#since = options.since;
  }

  /** Ends when the process has ended for good, or its pod is gone. */
  async *lines(): AsyncGenerator<readonly LogLine[]> {
    while (!this.#signal.aborted) {
      const changed = this.#podTracker.changed();
      const step = afterChange(this.#state, this.#podTracker.runs(this.#reference));
      for (const task of step.tasks) yield* this.#perform(task);
      this.#state = step.state;
      if (this.#state.kind === 'over') return;
      if (this.#state.kind === 'reading') yield* this.#read(this.#state);
      else if (!(await waitForEvent(changed, this.#signal))) return;
    }
  }

  async *#perform(task: FollowTask): AsyncGenerator<readonly LogLine[]> {
    switch (task.kind) {
      case 'notice':
        yield [this.#line(task.run, 'notice', task.text)];
        return;
      case 'restart':
        yield [this.#line(task.run, 'restart', task.text)];
        this.#position = new TimedPosition();
        this.#tail = undefined;
        this.#since = undefined;
        return;
      case 'read':
        if (!task.isResumed) this.#position = new TimedPosition();
        yield* this.#readPart(task.runs, task.run, { previous: task.previous, signal: this.#signal });
        return;
      case 'end': {
        const text = this.#endText(task.runs);
        if (text !== undefined) yield [this.#line(task.runs.run, 'notice', text)];
      }
    }
  }

  /** Reads the newest run as far as possible, and sets the state that follows. */
  async *#read(state: FollowState & { readonly kind: 'reading' }): AsyncGenerator<readonly LogLine[]> {
    const { runs } = state;
    try {
      // Lines of another run are left for when the status shows that run.
      if (!(yield* this.#readNewest(runs))) return;
      this.#failures = 0;
    } catch (error) {
      if (this.#signal.aborted) return;
      this.#failures += 1;
      if (this.#failures > maxFailures) throw error;
      const pause = Math.min(initialRetryDelayMilliseconds * 2 ** this.#failures, maxRetryDelayMilliseconds);
      await delay(pause, undefined, { signal: this.#signal }).catch(() => undefined);
      return;
    }
    const next = afterReading(state, this.#podTracker.runs(this.#reference));
    if (next === undefined) await this.#isUnchanged(runs);
    else this.#state = next;
  }

  /** @returns false if the answer was of another run */
  async *#readNewest(runs: PodRuns): AsyncGenerator<readonly LogLine[], boolean> {
    const follow = runs.ended === undefined;
    const controller = new AbortController();
    const signal = AbortSignal.any([this.#signal, controller.signal]);
    let isOwn = true;
    const belongs = async (isFirst: boolean) => {
      isOwn = await (isFirst ? this.#isOf(runs, signal) : this.#isUnchanged(runs));
      return isOwn;
    };
    if (follow) void this.#giveUpAfterEnd(runs, controller, signal);
    try {
      if (this.#tail !== undefined && !(yield* this.#readLast(runs, this.#tail, signal))) return false;
      yield* this.#readPart(runs, runs.run, { follow, previous: runs.isBetweenRuns, signal, belongs });
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    } finally {
      controller.abort();
    }
    return isOwn;
  }

  /**
   * Reads the last existing lines and sets the position after them.
   * @returns false if the answer was of another run
   */
  async *#readLast(runs: PodRuns, count: number, signal: AbortSignal): AsyncGenerator<readonly LogLine[], boolean> {
    const { lineLimit, onLeftOut } = this.#options;
    const lines = await readTail(this.#client, runs.container, {
      // One extra line shows whether there are more, and sets the position even for `count` 0.
      tail: count + 1,
      previous: runs.isBetweenRuns,
      since: this.#since,
      isRunning: runs.ended === undefined,
      lineLimit,
      signal,
    });
    if (lines.length > 0 && !(await this.#isOf(runs, signal))) return false;
    for (const line of lines) this.#position.note(line);
    this.#tail = undefined;
    const { group, name } = this.#reference;
    if (lines.length > count) onLeftOut?.({ group, name });
    if (count > 0) yield toLogLines(this.#reference, runs.run, lines.slice(-count), this.#options);
    return true;
  }

  async *#readPart(
    { container }: PodRuns,
    run: number,
    how: Pick<ReadOptions, 'follow' | 'previous' | 'signal' | 'belongs'>,
  ): AsyncGenerator<readonly LogLine[]> {
    const { lineLimit } = this.#options;
    // A log that has ended is whole.
    const openLines = how.follow && this.#options.openLines;
    const options = { since: this.#since, openLines, lineLimit, ...how, position: this.#position };
    for await (const lines of readContainer(this.#client, container, options)) {
      this.#failures = 0;
      yield toLogLines(this.#reference, run, lines, this.#options);
    }
  }

  /**
   * Whether the first lines that the server answered with are of this run. The log API names no container, and the node
   * may have started the next run before the API shows it.
   */
  async #isOf(runs: PodRuns, signal: AbortSignal): Promise<boolean> {
    if (runs.isOver || runs.isBetweenRuns) return true;
    return !(await hasNewerRun(this.#client, runs, signal)) || this.#isUnchanged(runs);
  }

  /** Whether the run is as it was; waits up to `statusDelayMilliseconds` for a status that shows otherwise. */
  async #isUnchanged(runs: PodRuns): Promise<boolean> {
    const timeout = AbortSignal.any([this.#signal, AbortSignal.timeout(statusDelayMilliseconds)]);
    while (!timeout.aborted) {
      const changed = this.#podTracker.changed();
      if (this.#hasChanged(runs)) return false;
      await waitForEvent(changed, timeout);
    }
    return !this.#signal.aborted;
  }

  #hasChanged(runs: PodRuns): boolean {
    const now = this.#podTracker.runs(this.#reference).at(-1);
    if (now === undefined || now.containerId !== runs.containerId) return true;
    return (now.ended === undefined) !== (runs.ended === undefined) || now.isBetweenRuns !== runs.isBetweenRuns;
  }

  /** Ends a stream that continues after its container has ended. */
  async #giveUpAfterEnd(runs: PodRuns, controller: AbortController, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const changed = this.#podTracker.changed();
      if (this.#hasChanged(runs)) break;
      if (!(await waitForEvent(changed, signal))) return;
    }
    await delay(drainMilliseconds, undefined, { signal }).catch(() => undefined);
    controller.abort();
  }

  /** What became of the pod of a log that has ended; undefined if it stays. */
  #endText({ pod }: PodRuns): string | undefined {
    const { name, uid, deletionTimestamp } = pod.metadata;
    const isPresent = [...this.#podTracker.pods()].some(({ metadata }) => metadata.uid === uid);
    if (!isPresent) return `its pod ${name} is gone, and its log with it`;
    return deletionTimestamp === undefined ? undefined : `its pod ${name} is being deleted`;
  }

  #line(run: number, kind: LogLine['kind'], text: string): LogLine {
    return { ...this.#reference, run, kind, text };
  }
}
