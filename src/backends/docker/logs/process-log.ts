import { setTimeout as delay } from 'node:timers/promises';
import type { LogLine, LogOptions } from '../../../engine/contract/logs.ts';
import type { ProcessReference } from '../../../engine/contract/status.ts';
import type { RecordedRun } from '../../../engine/rules/process-runtime.ts';
import { describeRestart } from '../../../engine/text/describe-restart.ts';
import { toLogLines } from '../../kit/logs/log-lines.ts';
import type { TimedLine } from '../../kit/logs/timed-lines.ts';
import { readTimedLog, readTimedTail, type TimedLog } from '../../kit/logs/timed-log.ts';
import { TimedPosition } from '../../kit/logs/timed-position.ts';
import type { EngineClient } from '../api/engine-client.ts';
import { type Container, phaseOf } from '../api/engine-objects.ts';
import { labels } from '../containers/labels.ts';
import { containerName, type LaunchName } from '../containers/object-names.ts';
import { isInTime, lostLogNotice } from './lost-logs.ts';
import { containerLog } from './read-log.ts';

const pollMilliseconds = 100;
const maxFailures = 5;

export interface ProcessLogSource {
  readonly client: EngineClient;
  readonly launch: LaunchName;
  readonly runs: LoggedRuns;
}

/** What is on record of the runs of one process. */
export interface LoggedRuns {
  readonly key: string;
  /** Oldest first. */
  read(): readonly RecordedRun[];
  /** Whether the log of a run that has no container is lost. */
  isLost(run: RecordedRun): boolean;
  /** Whether no further run can come. */
  isOver(): boolean;
}

/** The log of one run, and what its container does. */
interface RunLog {
  readonly log: TimedLog;
  readonly isRunning: boolean;
  readonly hasEnded: boolean;
}

/** The log of one process: of its current run, the one before it or all that are kept, and with `follow` those that come. */
export class ProcessLog {
  readonly #source: ProcessLogSource;
  readonly #reference: ProcessReference;
  readonly #options: LogOptions;
  /** How far the newest run was read. */
  readonly #position = new TimedPosition();
  #newest: RecordedRun | undefined;
  /** Runs whose log was found, or whose loss was said. */
  readonly #seen = new Set<number>();

  constructor(source: ProcessLogSource, { group, name }: ProcessReference, options: LogOptions) {
    this.#source = source;
    this.#reference = { group, name };
    this.#options = options.until === undefined ? options : { ...options, follow: false };
  }

  /** Yields the lines so far, as far as the options want them. With `follow`, an incomplete last line is left for `follow`. */
  async *existing(): AsyncGenerator<readonly LogLine[]> {
    const { tail, until } = this.#options;
    const runs = this.#wanted(this.#source.runs.read());
    this.#newest = runs.at(-1);
    if (tail === undefined || until !== undefined) yield* this.#readAll(runs);
    else yield* this.#readTail(runs, tail);
  }

  /** Yields what follows after `existing`, across restarts, until the process has ended for good. */
  follow(): AsyncGenerator<readonly LogLine[]> {
    return this.#follow(this.#newest, this.#position);
  }

  /** Yields the lines of these runs so far; with `tail`, the last ones of them all. */
  async *#readAll(runs: readonly RecordedRun[]): AsyncGenerator<readonly LogLine[]> {
    const { tail, until } = this.#options;
    let kept: LogLine[] = [];
    let count = 0;
    for (const [index, run] of runs.entries()) {
      if (index > 0) kept.push(this.#marker(run, runs[index - 1]));
      const position = run === this.#newest ? this.#position : new TimedPosition();
      for await (const lines of this.#readRun(run, position)) {
        const wanted = until === undefined ? lines : lines.filter(({ time }) => Date.parse(time) < endOfSecond(until));
        count += wanted.length;
        kept.push(...this.#toLines(run, wanted));
        if (tail === undefined) {
          yield kept;
          kept = [];
        } else if (kept.length > 2 * tail + 1000) kept = kept.slice(-tail);
      }
      kept.push(...this.#lostLog(run));
    }
    if (tail !== undefined && count > tail) this.#options.onLeftOut?.({ ...this.#reference, lines: count - tail });
    const rest = tail === undefined ? kept : lastLines(kept, tail);
    if (rest.length > 0) yield rest;
  }

  /** Yields the last lines of these runs. */
  async *#readTail(runs: readonly RecordedRun[], tail: number): AsyncGenerator<readonly LogLine[]> {
    const { since, lineLimit, signal } = this.#options;
    let lines: LogLine[] = [];
    let missing = tail;
    let isLeftOut = false;
    for (const [index, run] of [...runs.entries()].reverse()) {
      const source = await this.#logOf(run);
      // One extra line shows whether there are more, and sets the position even for `tail` 0.
      const options = { tail: missing + 1, since, lineLimit, signal, isRunning: source?.isRunning ?? false };
      const position = run === this.#newest ? this.#position : new TimedPosition();
      const read = source === undefined ? [] : await readTimedTail(source.log, { ...options, position });
      const wanted = missing === 0 ? [] : read.slice(-missing);
      isLeftOut ||= read.length > wanted.length;
      const next = runs[index + 1];
      const shown = [...this.#toLines(run, wanted), ...this.#lostLog(run)];
      if (next !== undefined && shown.length > 0) lines = [this.#marker(next, run), ...lines];
      lines = [...shown, ...lines];
      missing -= wanted.length;
      if (isLeftOut) break;
    }
    if (isLeftOut) this.#options.onLeftOut?.({ ...this.#reference });
    if (lines.length > 0) yield lines;
  }

  /** Goes on after what was read, across restarts, until the process has ended for good. */
  async *#follow(first: RecordedRun | undefined, from: TimedPosition): AsyncGenerator<readonly LogLine[]> {
    const { signal } = this.#options;
    const { runs } = this.#source;
    let current = first;
    let position = from;
    let failures = 0;
    /** Whether everything that the current run has written was read. */
    let isDrained = false;
    while (!signal?.aborted) {
      // Whether it is over is known before its last lines are read.
      const isOver = runs.isOver();
      const recorded = runs.read();
      if (current !== undefined && !isDrained) {
        try {
          isDrained = yield* this.#readOn(current, position);
          failures = 0;
          // An end that was read is looked for in the record at once.
          if (!isDrained) continue;
        } catch (error) {
          if (signal?.aborted) return;
          failures += 1;
          if (failures > maxFailures) throw error;
        }
      }
      const next = recorded.find(({ run }) => run > (current?.run ?? 0));
      if (next !== undefined && (current === undefined || isDrained)) {
        const ended = recorded.find(({ run }) => run === current?.run) ?? current;
        if (current !== undefined) yield [this.#marker(next, ended)];
        current = next;
        position = new TimedPosition();
        isDrained = false;
        continue;
      }
      if (isOver && (isDrained || current === undefined)) return;
      await this.#pause();
    }
  }

  async #pause(): Promise<void> {
    const { signal } = this.#options;
    await delay(pollMilliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }

  /**
   * Reads a run from a position on until it ends, or the connection does.
   * @returns whether it had ended before, so that nothing more can come
   */
  async *#readOn(run: RecordedRun, position: TimedPosition): AsyncGenerator<readonly LogLine[], boolean> {
    const { since, lineLimit, openLines, signal } = this.#options;
    const source = await this.#logOf(run);
    // A container that is being created or started, could not be started, or was removed after the run.
    if (source === undefined || !(source.isRunning || source.hasEnded)) {
      if (this.#hasEnded(run)) {
        yield this.#lostLog(run);
        return true;
      }
      await this.#pause();
      return false;
    }
    const { log, isRunning } = source;
    const options = { follow: isRunning, since, position, lineLimit, openLines: isRunning && openLines, signal };
    for await (const lines of readTimedLog(log, options)) yield this.#toLines(run, lines);
    return source.hasEnded;
  }

  /** What is shown of a run whose log was not found: that it is lost, once. */
  #lostLog({ run }: RecordedRun): readonly LogLine[] {
    const recorded = this.#source.runs.read().find((other) => other.run === run);
    if (recorded === undefined || this.#seen.has(run) || !this.#source.runs.isLost(recorded)) return [];
    this.#seen.add(run);
    const isWanted = this.#options.tail !== 0 && isInTime(recorded, this.#options);
    return isWanted ? [lostLogNotice(this.#reference, run)] : [];
  }

  #hasEnded({ run }: RecordedRun): boolean {
    const recorded = this.#source.runs.read();
    return recorded.some((other) => other.run === run && other.finishedAt !== undefined) || this.#source.runs.isOver();
  }

  async *#readRun(run: RecordedRun, position: TimedPosition): AsyncGenerator<readonly TimedLine[]> {
    const { since, lineLimit, follow, signal } = this.#options;
    const source = await this.#logOf(run);
    if (source === undefined) return;
    // The newest state of an unfinished line is complete only for a reader who does not go on.
    const isRunning = follow && source.isRunning;
    yield* readTimedLog(source.log, { isRunning, since, position, lineLimit, signal });
  }

  async #logOf({ run }: RecordedRun): Promise<RunLog | undefined> {
    const { client, launch, runs } = this.#source;
    const { signal } = this.#options;
    const named = await client.inspect(containerName(launch, runs.key, run), signal);
    const container = named ?? (await this.#findRenamed(run));
    if (container === undefined) return undefined;
    this.#seen.add(run);
    const phase = phaseOf(container.State.Status);
    const log = containerLog(client, container.Id, container.Config.Tty ?? false);
    return { log, isRunning: phase === 'up', hasEnded: phase === 'ended' };
  }

  /** The container of a run that was renamed by hand. */
  async #findRenamed(run: number): Promise<Container | undefined> {
    const { client, launch, runs } = this.#source;
    const filter = { [labels.launch]: launch.launchId, [labels.process]: runs.key, [labels.run]: String(run) };
    const [found] = await client.listContainers(filter, this.#options.signal);
    return found && client.inspect(found.Id, this.#options.signal);
  }

  #wanted(runs: readonly RecordedRun[]): readonly RecordedRun[] {
    const { all, previous } = this.#options;
    if (all) return runs;
    return previous ? runs.slice(0, -1).slice(-1) : runs.slice(-1);
  }

  #marker(run: RecordedRun, ended: RecordedRun | undefined): LogLine {
    return { ...this.#reference, run: run.run, kind: 'restart', text: describeRestart(run.run, ended) };
  }

  #toLines({ run }: RecordedRun, lines: readonly TimedLine[]): LogLine[] {
    return toLogLines(this.#reference, run, lines, this.#options);
  }
}

function endOfSecond(time: Date): number {
  return (Math.floor(time.getTime() / 1000) + 1) * 1000;
}

function lastLines(lines: readonly LogLine[], tail: number): readonly LogLine[] {
  return tail === 0 ? [] : lines.slice(-tail);
}
