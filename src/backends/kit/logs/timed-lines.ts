import { cutLine, maximumLineBytes } from '../../../engine/contract/logs.ts';

/** A line with the time at which the container runtime received it. */
export interface TimedLine {
  /** In the kubelet's format, with nanoseconds. */
  readonly time: string;
  readonly text: string;
}

const newline = 10;
const space = 32;
const carriageReturn = 13;
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
  #pieces: Buffer[] = [];
  #bytes = 0;
  #overflowed = false;

  /** @param limit bytes after which a line is cut */
  constructor(limit = maximumLineBytes) {
    this.#limit = limit;
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

  /** Returns the incomplete last line, at the end of the stream. */
  flush(): TimedLine[] {
    return this.#bytes === 0 ? [] : this.#takeLine();
  }

  #keep(bytes: Buffer): void {
    // Room for the timestamp of the line, and for those between the pieces of a long one.
    const room = maxTimestampLength + this.#limit * 1.1 - this.#bytes;
    if (bytes.length > room) this.#overflowed = true;
    const kept = bytes.subarray(0, Math.max(room, 0));
    if (kept.length === 0) return;
    this.#pieces.push(Buffer.from(kept));
    this.#bytes += kept.length;
  }

  /** A line without a timestamp is a message of the kubelet about a log that it cannot read. */
  #takeLine(): TimedLine[] {
    const whole = this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces);
    const end = whole.subarray(0, maxTimestampLength).indexOf(space);
    const time = end < 0 ? '' : whole.toString('latin1', 0, end);
    let content = withoutInnerTimes(whole.subarray(end + 1));
    const isCut = this.#overflowed || content.length > this.#limit;
    if (!isCut && content.at(-1) === carriageReturn) content = content.subarray(0, -1);
    const text = isCut ? cutLine(content, this.#limit) : content.toString('utf8');
    this.#pieces = [];
    this.#bytes = 0;
    this.#overflowed = false;
    if (!isTime.test(time)) return [];
    return [{ time, text }];
  }
}

function withoutInnerTimes(content: Buffer): Buffer {
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
