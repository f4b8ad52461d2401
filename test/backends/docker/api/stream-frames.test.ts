import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FrameSplitter, type OutputStream } from '../../../../src/backends/docker/api/stream-frames.ts';

const frame = (stream: OutputStream, content: Uint8Array) => {
  const header = Buffer.alloc(8);
  header[0] = stream === 'stdout' ? 1 : 2;
  header.writeUInt32BE(content.length, 4);
  return Buffer.concat([header, content]);
};

it('gives each stream its bytes, wherever the chunks are cut', () => {
  const frames = fc.array(
    fc.record({
      stream: fc.constantFrom<OutputStream>('stdout', 'stderr'),
      content: fc.uint8Array({ minLength: 0, maxLength: 40 }),
    }),
  );
  fc.assert(
    fc.property(frames, fc.array(fc.nat(60)), (sent, cuts) => {
      const splitter = new FrameSplitter();
      let rest = Buffer.concat(sent.map(({ stream, content }) => frame(stream, content)));
      const chunks: Buffer[] = [];
      for (const cut of cuts) {
        chunks.push(rest.subarray(0, cut));
        rest = rest.subarray(cut);
      }
      const received = [...chunks, rest].flatMap((chunk) => splitter.push(chunk));
      for (const stream of ['stdout', 'stderr'] as const) {
        const all = (of: readonly Uint8Array[]) => Buffer.concat(of).toString('hex');
        expect(all(received.filter((piece) => piece.stream === stream).map(({ bytes }) => bytes))).toBe(
          all(sent.filter((each) => each.stream === stream).map(({ content }) => content)),
        );
      }
      const whole = sent.filter(({ content }) => content.length > 0).length;
      expect(received.filter(({ isFirst }) => isFirst)).toHaveLength(whole);
      expect(received.filter(({ isLast }) => isLast)).toHaveLength(whole);
    }),
  );
});

it('leaves out what Podman says when it cannot go on', () => {
  const splitter = new FrameSplitter();
  const said = Buffer.from('{"cause":"no such container","message":"failed to obtain logs","response":500}\n');
  const frames = splitter.push(Buffer.concat([frame('stdout', Buffer.from('here\n')), said]));
  expect(frames.map(({ bytes }) => bytes.toString())).toEqual(['here\n']);
  expect(splitter.push(said)).toEqual([]);
});
