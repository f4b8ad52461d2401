import { maximumLineBytes } from '../../../engine/contract/logs.ts';
import { LineBuffer, lineText, type TakenLine } from './line-buffer.ts';

/** A line with the time at which the container runtime received it. */
export interface TimedLine {
  /** In the kubelet's format, with nanoseconds. */
  readonly time: string;
  readonly text: string;
  /** Whether it is the state of a line that has not ended yet. */
  readonly isOpen?: true;
}

const newline = 10;
const space = 32;
/** Upper limit of a timestamp's length. */
const maxTimestampLength = 40;
/**
 * The lengths at which container runtimes split long lines. Kubelets before 1.21 write a timestamp before each piece,
 * so that it appears inside the line.
 */
const pieceBytes = [16_384, 8_192, 8_191];
export const leastPieceBytes = Math.min(...pieceBytes);
const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*$/;
const timeInside = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(Z|[+-]\d\d:\d\d) /;

/** Splits the kubelet's bytes with timestamps into lines. Memory is bounded for any input. */
export class TimedLineSplitter {
  readonly #limit: number;
  /** The bytes before the content: the time, as far as they were read. */
  #head = Buffer.alloc(0);
  #isInHead = true;
  readonly #content: LineBuffer;
  #hasNews = false;

  /** @param limit bytes after which a line is cut */
  constructor(limit = maximumLineBytes) {
    this.#limit = limit;
    // Room for the timestamps between the pieces of a long line.
    this.#content = new LineBuffer(Math.ceil(limit * 1.1));
  }

  push(chunk: Buffer): TimedLine[] {
    const lines: TimedLine[] = [];
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      this.#keep(chunk.subarray(from, end));
      lines.push(...this.#takeLine());
      from = end + 1;
    }
    this.#keep(chunk.subarray(from));
    return lines;
  }

  /** Returns the newest state of the incomplete last line, if it has changed since the last call. */
  changedOpenLine(): TimedLine | undefined {
    const time = this.#time();
    if (!this.#hasNews || this.#content.isEmpty || time === undefined) return undefined;
    this.#hasNews = false;
    return { time, text: this.#content.openText(), isOpen: true };
  }

  /** Returns the incomplete last line, at the end of the stream. */
  flush(): TimedLine[] {
    return this.#head.length === 0 && this.#content.isEmpty ? [] : this.#takeLine();
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#hasNews = true;
    if (!this.#isInHead) {
      this.#content.keep(bytes);
      return;
    }
    const all = this.#head.length === 0 ? bytes : Buffer.concat([this.#head, bytes]);
    const end = all.subarray(0, maxTimestampLength).indexOf(space);
    if (end < 0 && all.length < maxTimestampLength) {
      // The caller may reuse its buffer.
      this.#head = Buffer.from(all);
      return;
    }
    this.#isInHead = false;
    this.#head = Buffer.from(all.subarray(0, Math.max(end, 0)));
    this.#content.keep(all.subarray(end + 1));
  }

  #time(): string | undefined {
    const time = this.#head.toString('latin1');
    return isTime.test(time) ? time : undefined;
  }

  /** A line without a timestamp is a message of the kubelet about a log that it cannot read. */
  #takeLine(): TimedLine[] {
    const time = this.#time();
    const text = lineText(withoutInnerTimes(this.#content.take()), this.#limit);
    this.#head = Buffer.alloc(0);
    this.#isInHead = true;
    this.#hasNews = false;
    return time === undefined ? [] : [{ time, text }];
  }
}

/** Without the timestamps of its pieces, which a reduced line does not have at known places. */
function withoutInnerTimes(line: TakenLine): TakenLine {
  return line.isReduced ? line : { ...line, bytes: contentOfPieces(line.bytes) };
}

function contentOfPieces(content: Buffer): Buffer {
  if (content.length < leastPieceBytes) return content;
  const kept: Buffer[] = [];
  let rest = content;
  for (;;) {
    const found = pieceBytes
      .map((length) => ({
        length,
        match: timeInside.exec(rest.toString('latin1', length, length + maxTimestampLength)),
      }))
      .find(({ match }) => match !== null);
    if (found === undefined) break;
    kept.push(rest.subarray(0, found.length));
    rest = rest.subarray(found.length + (found.match?.[0].length ?? 0));
  }
  return kept.length === 0 ? content : Buffer.concat([...kept, rest]);
}
