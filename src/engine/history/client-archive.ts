import { setTimeout as delay } from 'node:timers/promises';
import type { Backend, EndedExperiment, ExperimentDescription } from '../contract/backend.ts';
import type { ActionOptions } from '../contract/capabilities.ts';
import { messageOf, SymphonyError } from '../contract/errors.ts';
import type { ClusterEvent } from '../contract/events.ts';
import type { ProcessReference } from '../contract/status.ts';
import { systemErrorText } from '../files/system-error.ts';
import { countOf } from '../text/sentences.ts';
import { Archive } from './archive.ts';
import { LogCollector } from './collect-log.ts';
import type { Departure } from './history-entry.ts';
import { type HistoryLimits, isHistoryOff } from './history-limits.ts';
import { pruneByLimits } from './prune-history.ts';

/** Logs that are read at once. */
const maxConcurrentReads = 16;
/** Pause while the backend is not available. */
const retryMilliseconds = 500;
/** A longer line is cut there. */
const lineLimit = 1024 * 1024;
/** Lines of the limit are at least this long on average; a log of shorter ones is kept in part. */
const leastLineBytes = 16;

export interface ClientArchiveOptions {
  readonly how: Departure;
  readonly limits: HistoryLimits;
  /** Limit of the time in which logs are read. */
  readonly readSeconds: number;
  readonly onProgress?: ActionOptions['onProgress'] | undefined;
}

/**
 * Copies an experiment into the history through what every backend offers: its description, its events, its logs. None
 * of its methods rejects, because a deletion goes on without its history; `notes` say what is missing.
 */
export class ClientArchive {
  readonly #backend: Backend;
  readonly #name: string;
  readonly #options: ClientArchiveOptions;
  readonly #notes: string[] = [];
  #before: ExperimentDescription | undefined;
  #after: ExperimentDescription | undefined;
  #events: readonly ClusterEvent[] = [];
  #archive: Archive | undefined;

  constructor(backend: Backend, name: string, options: ClientArchiveOptions) {
    this.#backend = backend;
    this.#name = name;
    this.#options = options;
  }

  get notes(): readonly string[] {
    return this.#notes;
  }

  get launchId(): string | undefined {
    return this.#before?.launchId;
  }

  /** Records the state before the deletion. @returns false if there is nothing to keep */
  async begin(): Promise<boolean> {
    if (isHistoryOff(this.#options.limits)) return false;
    const limit = AbortSignal.timeout(this.#options.readSeconds * 1000);
    // What cannot be described is deleted all the same, or does not exist, which the deletion then says.
    this.#before = await this.#whileUnavailable(() => this.#backend.describeExperiment(this.#name), limit).catch(
      () => undefined,
    );
    return this.#before !== undefined;
  }

  /**
   * Reads everything, once the processes have ended. A second call does nothing.
   * @param signal ends the reading
   * @param ended what the backend offers for it
   */
  async read(signal?: AbortSignal, ended: EndedExperiment = {}): Promise<void> {
    if (this.#archive !== undefined || this.#before === undefined) return;
    this.#notes.push(...(ended.notes ?? []));
    const { readSeconds } = this.#options;
    const limit = AbortSignal.timeout(readSeconds * 1000);
    const both = signal === undefined ? limit : AbortSignal.any([signal, limit]);
    try {
      this.#archive = await Archive.begin(this.#before.spec.name);
      await this.#readAll(this.#archive, both, ended);
    } catch (error) {
      await this.#giveUp(error);
    }
  }

  /** Makes what was read part of the history. */
  async commit(): Promise<void> {
    const description = this.#after ?? this.#before;
    if (this.#archive === undefined || description === undefined || this.#before === undefined) return;
    const { state, reason, createdAt, launchId, spec } = this.#before;
    try {
      await this.#archive.commit({
        experiment: spec.name,
        backend: this.#backend.name,
        place: [description.place, this.#backend.place].filter((part) => part !== undefined).join(', ') || undefined,
        launchId,
        createdAt,
        how: this.#options.how,
        state,
        reason,
        spec,
        description,
        events: this.#events,
        notes: this.#notes,
      });
      await pruneByLimits(this.#options.limits);
    } catch (error) {
      await this.#giveUp(error);
    }
  }

  /** Forgets what was read. */
  async discard(): Promise<void> {
    await this.#archive?.discard();
    this.#archive = undefined;
  }

  async #readAll(archive: Archive, signal: AbortSignal, ended: EndedExperiment): Promise<void> {
    this.#after = await this.#whileUnavailable(() => this.#backend.describeExperiment(this.#name), signal).catch(
      () => undefined,
    );
    this.#events = await this.#readEvents(signal);
    if (this.#options.limits.logBytes === 0) return;
    const members = (this.#after ?? this.#before)?.members ?? [];
    const started = members.filter(({ startedAt, runs }) => startedAt !== undefined || runs.length > 0);
    const waiting = started.values();
    let silent = 0;
    let done = 0;
    const problems: string[] = [];
    const report = () => {
      const missing = silent + problems.length;
      const detail = missing === 0 ? {} : { detail: `${missing} could not be read` };
      const progress = { message: 'Copying the logs into the history', done, total: started.length, ...detail };
      this.#options.onProgress?.(progress);
    };
    if (started.length > 0) report();
    const work = async () => {
      for (const { group, name } of waiting) {
        let collector = new LogCollector(this.#options.limits.logBytes);
        const read = () => {
          collector = new LogCollector(this.#options.limits.logBytes);
          return this.#readLog({ group, name }, collector, signal, ended);
        };
        try {
          if (!(await this.#whileUnavailable(read, signal))) silent += 1;
        } catch (error) {
          problems.push(messageOf(error));
        }
        // What a process that did not answer in time had sent is kept.
        await archive.addLog({ group, name }, collector.content(), collector.chunks());
        done += 1;
        report();
      }
    };
    await Promise.all(Array.from({ length: maxConcurrentReads }, work));
    const missing = silent + problems.length;
    if (missing === 0) return;
    const [problem] = problems;
    this.#notes.push(
      `fetched the logs of ${started.length - missing} of ${countOf(started.length, 'process', 'processes')}` +
        (silent > 0 ? `; ${silent} did not answer within ${this.#options.readSeconds} s` : '') +
        (problem === undefined ? '' : `; of ${problems.length}: ${problem}`),
    );
  }

  /** @returns false if the time was over before the log was */
  async #readLog(
    reference: ProcessReference,
    collector: LogCollector,
    signal: AbortSignal,
    ended: EndedExperiment,
  ): Promise<boolean> {
    const tail = Math.ceil(this.#options.limits.logBytes / leastLineBytes);
    const options = {
      all: true,
      tail,
      timestamps: true,
      lineLimit,
      signal,
      onLeftOut: ({ bytes = 0 }) => collector.leaveOut(bytes),
    };
    const lines = ended.logBatches?.(reference, options) ?? this.#backend.logBatches(this.#name, [reference], options);
    const batches = lines[Symbol.asyncIterator]();
    const aborted = Promise.withResolvers<undefined>();
    const onAbort = () => aborted.resolve(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      while (!signal.aborted) {
        // A backend may be slow to notice the abort.
        const batch = await Promise.race([batches.next(), aborted.promise]);
        if (batch === undefined || signal.aborted) return false;
        if (batch.done) return true;
        collector.take(batch.value);
      }
      return false;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async #readEvents(signal: AbortSignal): Promise<readonly ClusterEvent[]> {
    const events: ClusterEvent[] = [];
    try {
      for await (const event of this.#backend.capabilities.events?.events(this.#name, { signal }) ?? [])
        events.push(event);
    } catch {
      // Events are an addition: their absence says nothing wrong.
    }
    return events;
  }

  async #giveUp(error: unknown): Promise<void> {
    await this.discard();
    const { errno } = error as NodeJS.ErrnoException;
    const reason = errno === undefined ? messageOf(error) : systemErrorText(error as NodeJS.ErrnoException);
    this.#notes.push(`it is not in the history: ${reason}`);
  }

  /** Repeats an action while the backend is not available. @throws its error once the signal is aborted */
  async #whileUnavailable<Result>(action: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    for (;;) {
      try {
        return await action();
      } catch (error) {
        const isUnavailable = error instanceof SymphonyError && error.code === 'backend-unavailable';
        if (!isUnavailable || signal.aborted) throw error;
        this.#options.onProgress?.({ message: `Waiting for ${this.#backend.name}`, detail: error.message });
        await delay(retryMilliseconds, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}
