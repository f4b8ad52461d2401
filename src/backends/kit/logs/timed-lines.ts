import { maximumLineBytes } from '../../../engine/contract/logs.ts';
import { LineBuffer, lineText } from './line-buffer.ts';

/** A line with the time at which the container runtime received it. */
export interface TimedLine {
  /** In the kubelet's format, with nanoseconds. */
  readonly time: string;
  readonly text: string;
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
  readonly #partial: LineBuffer;

  /** @param limit bytes after which a line is cut */
  constructor(limit = maximumLineBytes) {
    this.#limit = limit;
    // Room for the timestamp of the line, and for those between the pieces of a long one.
    this.#partial = new LineBuffer(maxTimestampLength + Math.ceil(limit * 1.1));
  }

  push(chunk: Buffer): TimedLine[] {
    const lines: TimedLine[] = [];
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      this.#partial.keep(chunk.subarray(from, end));
      lines.push(...this.#takeLine());
      from = end + 1;
    }
    this.#partial.keep(chunk.subarray(from));
    return lines;
  }

  /** Returns the incomplete last line, at the end of the stream. */
  flush(): TimedLine[] {
    return this.#partial.isEmpty ? [] : this.#takeLine();
  }

  /** A line without a timestamp is a message of the kubelet about a log that it cannot read. */
  #takeLine(): TimedLine[] {
    const { bytes: whole, isOverlong } = this.#partial.take();
    const end = whole.subarray(0, maxTimestampLength).indexOf(space);
    const time = end < 0 ? '' : whole.toString('latin1', 0, end);
    const content = withoutInnerTimes(whole.subarray(end + 1));
    const text = lineText(content, isOverlong || content.length > this.#limit, this.#limit);
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
