import { messageOf } from '../../../engine/contract/errors.ts';
import { type ExperimentEnd, type ExperimentFacts, spareProcesses } from '../../../engine/rules/experiment-end.ts';
import {
  decideByRules,
  hasRules,
  type RuleDecision,
  type StoppedProcess,
} from '../../../engine/rules/experiment-rules.ts';
import { toFacts } from '../../../engine/rules/process-facts.ts';
import { overEvent, waitingEvent } from '../../../engine/rules/rule-events.ts';
import type { ResolvedExperiment } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { EventRecorder } from '../events/event-recorder.ts';
import type { ExperimentState } from '../records/experiment-state.ts';
import type { FaultBarrier } from '../runs/fault-barrier.ts';
import type { DurableIntents } from './durable-intents.ts';
import type { IntentQueue } from './intent-queue.ts';

/** A start or stop that was not possible is tried again after this time. */
const retryMilliseconds = 5_000;
/** A timer cannot be longer than 24 days, and clocks may be changed. */
const maxTimerMilliseconds = 3_600_000;

export interface RuleKeeperOptions {
  readonly experiment: ResolvedExperiment;
  /** ISO 8601. */
  readonly launchedAt: string;
  readonly state: ExperimentState;
  readonly events: EventRecorder;
  readonly queue: IntentQueue;
  readonly intents: DurableIntents;
  readonly barrier: FaultBarrier;
}

/** Keeps one experiment to its rules: judges them after each change, and carries out what follows. */
export class RuleKeeper {
  readonly #options: RuleKeeperOptions;
  readonly #hasRules: boolean;
  /** When a start or stop that was not possible is tried again, by key. */
  readonly #retries = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #isRunning = false;
  #isOutdated = false;
  #isClosed = false;

  constructor(options: RuleKeeperOptions) {
    this.#options = options;
    this.#hasRules = hasRules(options.experiment);
  }

  /** Whether something that follows from the rules is not carried out yet. */
  get isBusy(): boolean {
    return this.#isRunning;
  }

  /** Notes what processes wait for, and returns the keys of those that a launch starts. */
  prepareLaunch(): readonly string[] {
    const decision = this.#decide();
    this.#noteWaiting(decision);
    return decision.start;
  }

  /** Judges the rules anew. To be called after changes and from time to time; it never throws. */
  apply(): void {
    if (!this.#hasRules || this.#isClosed) return;
    this.#isOutdated = true;
    if (!this.#isRunning) void this.#run();
  }

  /** Whether a process must not be started by its restart policy, because the experiment is over. */
  isHeld(key: string): boolean {
    const { end } = this.#options.state.flags;
    return end !== undefined && !end.spared?.includes(key);
  }

  /** Excepts processes that are started on request, directly after this call, from the end of the experiment. */
  spare(keys: readonly string[]): void {
    const { state } = this.#options;
    const { end } = state.flags;
    if (end !== undefined) state.setFlags({ end: spareProcesses(end, keys) });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /** Undoes `close`. */
  open(): void {
    this.#isClosed = false;
    this.apply();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    const { barrier } = this.#options;
    while (this.#isOutdated && !this.#isClosed) {
      this.#isOutdated = false;
      await barrier.runAsync('applying its rules', () => this.#applyOnce());
    }
    this.#isRunning = false;
  }

  async #applyOnce(): Promise<void> {
    const { state, queue } = this.#options;
    if (queue.isDeleting || state.flags.deleting) return;
    let decision = this.#decide();
    // The end is on record before it has consequences, which may change what is known by then.
    while (decision.end !== state.flags.end) {
      this.#recordEnd(decision.end);
      state.setFlags({ end: decision.end });
      await state.save();
      if (queue.isDeleting || this.#isClosed) return;
      decision = this.#decide();
    }
    this.#carryOut(decision);
    this.#setTimer(decision.nextCheck);
  }

  #recordEnd(end: ExperimentEnd | undefined): void {
    if (end !== undefined) this.#options.events.record({ ...overEvent(end), isDerived: true });
  }

  #decide(): RuleDecision {
    const { experiment, launchedAt, state, queue } = this.#options;
    const processes = state.keys.map((key) =>
      toFacts(key, state.get(key), { willStart: queue.willStart(key), wantedEnd: queue.wantedEnd(key) }),
    );
    const facts: ExperimentFacts = { launchedAt: Date.parse(launchedAt), processes, end: state.flags.end };
    return decideByRules(experiment, facts, Date.now());
  }

  #carryOut(decision: RuleDecision): void {
    const { state, queue, intents } = this.#options;
    this.#noteWaiting(decision);
    for (const { key, reason } of decision.skip) {
      const { until, ...runtime } = state.get(key);
      state.set(key, { ...runtime, state: 'stopped', reason });
    }
    const started = this.#withoutRetries(decision.start);
    if (started.length > 0) void queue.start(started).catch((error: unknown) => this.#retryLater(started, error));
    for (const [, stopped] of Map.groupBy(decision.stop, ({ reason, countsAs }) => `${countsAs} ${reason}`)) {
      const { reason, countsAs } = stopped[0] as StoppedProcess;
      const keys = this.#withoutRetries(stopped.map(({ key }) => key));
      if (keys.length === 0) continue;
      void intents.stop(keys, reason, countsAs).catch((error: unknown) => this.#retryLater(keys, error));
    }
  }

  #noteWaiting({ wait }: RuleDecision): void {
    const { state, events } = this.#options;
    for (const { key, reason } of wait) {
      const runtime = state.get(key);
      if (runtime.reason === reason) continue;
      events.record({ ...waitingEvent({ key, reason }), isDerived: true });
      state.set(key, { ...runtime, reason });
    }
  }

  #withoutRetries(keys: readonly string[]): readonly string[] {
    const now = performance.now();
    return keys.filter((key) => (this.#retries.get(key) ?? 0) <= now);
  }

  #retryLater(keys: readonly string[], error: unknown): void {
    if (this.#isClosed || this.#options.queue.isDeleting) return;
    for (const key of keys) this.#retries.set(key, performance.now() + retryMilliseconds);
    this.#options.state.note(messageOf(error));
    this.#setTimer(Date.now() + retryMilliseconds);
  }

  /** @param time milliseconds since 1970 */
  #setTimer(time: number | undefined): void {
    clearTimeout(this.#timer);
    if (time === undefined || this.#isClosed) return;
    const milliseconds = Math.min(Math.max(0, time - Date.now()), maxTimerMilliseconds);
    this.#timer = setTimeout(() => this.apply(), milliseconds);
  }
}
