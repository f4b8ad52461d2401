import { maximumLineBytes } from '../../../engine/contract/logs.ts';
import { LineBuffer, lineText } from '../../kit/logs/line-buffer.ts';
import type { TimedLine } from '../../kit/logs/timed-lines.ts';
import type { TimedSplitter } from '../../kit/logs/timed-log.ts';
import { FrameSplitter, type OutputStream } from '../api/stream-frames.ts';

const newline = 0x0a;
const space = 0x20;
/** Engines cut a longer line into pieces of this size. */
const pieceBytes = 16 * 1024;

/** A line of one stream that has not ended. */
interface OpenLine {
  /** Of its first piece; empty between two lines. */
  time: string;
  /** The beginning of the current frame, until its time has arrived. */
  head: Buffer | undefined;
  /** Bytes of the current frame after its time. */
  frameBytes: number;
  readonly content: LineBuffer;
}

/**
 * Splits the log of a container without a terminal into lines. Each frame is a piece of a line after a time; engines split
 * lines into pieces of 16 KiB, and old ones do not say which of them is the last: it is the one that is shorter.
 */
export class FrameLineSplitter implements TimedSplitter {
  readonly #frames = new FrameSplitter();
  readonly #limit: number;
  readonly #sendsParts: boolean;
  readonly #open: Readonly<Record<OutputStream, OpenLine>>;

  /**
   * @param limit bytes after which a line is cut
   * @param sendsParts whether the engine sends parts of lines as they are written, each line with its end, as Podman does
   */
  constructor(limit = maximumLineBytes, { sendsParts = false }: { readonly sendsParts?: boolean } = {}) {
    this.#limit = limit;
    this.#sendsParts = sendsParts;
    const open = () => ({ time: '', head: undefined, frameBytes: 0, content: new LineBuffer(limit) });
    this.#open = { stdout: open(), stderr: open() };
  }

  push(chunk: Buffer): TimedLine[] {
    const lines: TimedLine[] = [];
    for (const { stream, bytes, isFirst, isLast } of this.#frames.push(chunk)) {
      const open = this.#open[stream];
      if (isFirst) {
        open.head = Buffer.alloc(0);
        open.frameBytes = 0;
      }
      this.#keep(open, bytes, lines);
      const isEnd = isLast && open.frameBytes < pieceBytes && !this.#sendsParts;
      if (isEnd && open.time !== '') lines.push(this.#take(open));
    }
    return lines;
  }

  /** Engines give no part of a line before its end, or only large parts. */
  changedOpenLine(): undefined {
    return undefined;
  }

  flush(): TimedLine[] {
    const open = Object.values(this.#open).filter(({ time }) => time !== '');
    return open.map((line) => this.#take(line));
  }

  #keep(open: OpenLine, bytes: Buffer, lines: TimedLine[]): void {
    let rest = bytes;
    if (open.head !== undefined) {
      const all = Buffer.concat([open.head, bytes]);
      const end = all.indexOf(space);
      if (end < 0) {
        open.head = all;
        return;
      }
      open.head = undefined;
      // The first piece of a line says when it began.
      if (open.time === '') open.time = all.toString('latin1', 0, end);
      rest = all.subarray(end + 1);
    }
    open.frameBytes += rest.length;
    for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline)) {
      open.content.keep(rest.subarray(0, end));
      lines.push(this.#take(open));
      rest = rest.subarray(end + 1);
    }
    open.content.keep(rest);
  }

  #take(open: OpenLine): TimedLine {
    const line = { time: open.time, text: lineText(open.content.take(), this.#limit) };
    open.time = '';
    return line;
  }
}
