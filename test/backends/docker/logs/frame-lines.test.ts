import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutputStream } from '../../../../src/backends/docker/api/stream-frames.ts';
import { FrameLineSplitter } from '../../../../src/backends/docker/logs/frame-lines.ts';

const pieceBytes = 16_384;

function frame(stream: OutputStream, content: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream === 'stdout' ? 1 : 2;
  header.writeUInt32BE(content.length, 4);
  return Buffer.concat([header, content]);
}

const timeOf = (index: number) => `2026-11-28T11:12:${String(index % 60).padStart(2, '0')}.000000001Z`;

/** As an engine sends a line: in pieces, each after a time. */
function framesOf(stream: OutputStream, text: string, time: string, marksLast = true): Buffer[] {
  const bytes = Buffer.from(text);
  const frames: Buffer[] = [];
  let from = 0;
  do {
    const piece = bytes.subarray(from, from + pieceBytes);
    from += pieceBytes;
    // Engines before 23 end only lines with a newline that they have not cut.
    const isEnd = piece.length < pieceBytes && (marksLast || bytes.length < pieceBytes);
    const content = [Buffer.from(`${time} `), piece, Buffer.from(isEnd ? '\n' : '')];
    frames.push(frame(stream, Buffer.concat(content)));
  } while (from <= bytes.length);
  return frames;
}

describe('FrameLineSplitter', () => {
  it('gives the lines of each stream in order, with the time of their beginning, wherever the chunks are cut', () => {
    const lines = fc.array(
      fc.record({
        stream: fc.constantFrom<OutputStream>('stdout', 'stderr'),
        text: fc.string({ maxLength: 60 }).filter((text) => !/[\r\n]/.test(text)),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 90 }), (sent, step) => {
        const splitter = new FrameLineSplitter();
        const all = Buffer.concat(sent.flatMap(({ stream, text }, index) => framesOf(stream, text, timeOf(index))));
        const received = [];
        for (let from = 0; from < all.length; from += step)
          received.push(...splitter.push(all.subarray(from, from + step)));
        expect(received).toEqual(sent.map(({ text }, index) => ({ time: timeOf(index), text })));
        expect(splitter.flush()).toEqual([]);
      }),
    );
  });

  it.each([
    [2 * pieceBytes + 5, true],
    [2 * pieceBytes + 5, false],
    [2 * pieceBytes, true],
    [pieceBytes, false],
  ])('joins the pieces of a line of %i bytes while the other stream writes', (length, marksLast) => {
    const long = 'x'.repeat(length);
    const [first, ...rest] = framesOf('stdout', long, timeOf(1), marksLast);
    const splitter = new FrameLineSplitter();
    const between = framesOf('stderr', 'from stderr', timeOf(2));
    const lines = [first as Buffer, ...between, ...rest].flatMap((bytes) => splitter.push(bytes));
    expect(lines).toEqual([
      { time: timeOf(2), text: 'from stderr' },
      { time: timeOf(1), text: long },
    ]);
  });

  it('joins the parts of a line that Podman sends as they are written', () => {
    const splitter = new FrameLineSplitter(undefined, { sendsParts: true });
    const parts = ['ERROR: ', 'not found\n', 'next', ' line\n'];
    const lines = parts.flatMap((part, index) =>
      splitter.push(frame('stderr', Buffer.from(`${timeOf(index)} ${part}`))),
    );
    expect(lines).toEqual([
      { time: timeOf(0), text: 'ERROR: not found' },
      { time: timeOf(2), text: 'next line' },
    ]);
  });

  it('gives a line whose end did not arrive at the end', () => {
    const splitter = new FrameLineSplitter();
    const [piece] = framesOf('stdout', 'z'.repeat(2 * pieceBytes), timeOf(1));
    expect(splitter.push(piece as Buffer)).toEqual([]);
    expect(splitter.flush()).toEqual([{ time: timeOf(1), text: 'z'.repeat(pieceBytes) }]);
    expect(splitter.flush()).toEqual([]);
  });

  it('cuts a line at the limit, and goes on after it', () => {
    const splitter = new FrameLineSplitter(100);
    const frames = [...framesOf('stdout', 'y'.repeat(50_000), timeOf(1)), ...framesOf('stdout', 'next', timeOf(2))];
    const [cut, next] = frames.flatMap((bytes) => splitter.push(bytes));
    expect(cut?.text).toBe(`${'y'.repeat(100)} …[line cut by symphony]`);
    expect(next).toEqual({ time: timeOf(2), text: 'next' });
  });
});
