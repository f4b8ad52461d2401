import type { LogLine, LogOptions } from '../../../../engine/contract/logs.ts';
import type { ProcessReference } from '../../../../engine/contract/status.ts';
import type { DescriptorPool } from '../../../kit/logs/descriptor-pool.ts';
import { withoutEndMarks } from '../../../kit/logs/end-mark.ts';
import { LineSplitter } from '../../../kit/logs/line-splitter.ts';
import { FollowedLog } from './followed-log.ts';
import { TimeLookup } from './log-position.ts';
import type { LoggedRun, LogStep } from './log-walk.ts';

/** Bytes read at once. The lines of a larger chunk survive minor garbage collections, which costs memory. */
const chunkBytes = 64 * 1024;

/** A line with the offset of its first byte, used to order lines of several logs. */
export interface LineWithOffset extends LogLine {
  readonly offset: number | undefined;
}

/** The lines of the log of one process. */
export class LogLines extends FollowedLog<LineWithOffset> {
  readonly #timestamps: boolean;
  readonly #lineLimit: number | undefined;
  #splitter: LineSplitter<LineWithOffset>;
  #times: TimeLookup;
  #run: number;
  #now = Date.now();
  #formatted = { time: Number.NaN, text: '' };

  constructor(
    reference: ProcessReference,
    path: string,
    runs: readonly LoggedRun[],
    options: LogOptions,
    descriptors: DescriptorPool,
  ) {
    super(reference, path, runs, options, descriptors);
    const left = options.onLeftOut === undefined ? undefined : this.walk.leftOut();
    if (left !== undefined) options.onLeftOut?.({ group: reference.group, name: reference.name, ...left });
    this.#timestamps = options.timestamps ?? false;
    this.#lineLimit = options.lineLimit;
    this.#splitter = this.#split(this.walk.offset);
    this.#run = this.walk.run;
    if (this.#timestamps) this.walk.loadTimes();
    this.#times = new TimeLookup(this.walk.marks);
  }

  override refreshTimes(): void {
    if (this.#timestamps) this.loadTimes();
  }

  /** Merging several logs needs the times even where they are not shown. */
  loadTimes(): void {
    this.walk.loadTimes();
    this.#times = new TimeLookup(this.walk.marks);
  }

  /** Returns the next lines, a bounded number of them; none at the end. */
  override next(): LineWithOffset[] {
    let lines: LineWithOffset[] = [];
    for (const step of this.walk.next(chunkBytes)) lines = this.#take(step, lines);
    return lines;
  }

  /** Returns the unterminated last line, for when nothing will follow. */
  override flush(): LineWithOffset[] {
    // An end mark alone is not a line.
    return this.#splitter.flush().filter(({ text }) => text !== '');
  }

  override changedOpenLine(): LineWithOffset | undefined {
    const open = this.#splitter.changedOpenLine();
    return open === undefined || open.text === '' ? undefined : { ...open, kind: 'open' };
  }

  /** Time at which the line was written, in milliseconds since 1970; infinite for a line newer than any mark. */
  timeOf({ offset }: LineWithOffset): number {
    return offset === undefined ? 0 : (this.#times.at(offset) ?? Number.POSITIVE_INFINITY);
  }

  #take(step: LogStep, lines: LineWithOffset[]): LineWithOffset[] {
    if (step.kind === 'bytes') {
      this.#run = step.run;
      this.#now = Date.now();
      const read = this.#splitter.push(step.bytes);
      if (lines.length === 0) return read;
      for (const line of read) lines.push(line);
      return lines;
    }
    if (step.kind === 'gap') this.#splitter = this.#split(step.offset);
    else for (const line of this.flush()) lines.push(line);
    this.#run = step.run;
    lines.push(this.#line(step.kind === 'gap' ? 'notice' : 'restart', step.text, undefined));
    return lines;
  }

  #split(offset: number): LineSplitter<LineWithOffset> {
    const make = (text: string, at: number) => this.#line('line', withoutEndMarks(text), at);
    const makeTimed = (text: string, at: number) => ({ ...make(text, at), time: this.#timeAt(at) });
    return new LineSplitter(offset, this.#timestamps ? makeTimed : make, this.#lineLimit);
  }

  /** Accurate to the second. The newest bytes may have no mark yet: they were written within the last second. */
  #timeAt(offset: number): string {
    const time = this.#times.at(offset) ?? this.#now;
    if (time !== this.#formatted.time)
      this.#formatted = { time, text: `${new Date(time).toISOString().slice(0, 19)}Z` };
    return this.#formatted.text;
  }

  #line(kind: LogLine['kind'], text: string, offset: number | undefined): LineWithOffset {
    const { group, name } = this.process;
    return { group, name, run: this.#run, kind, text, offset };
  }
}
