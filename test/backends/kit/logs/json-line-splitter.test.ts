import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonLineSplitter } from '../../../../src/backends/kit/logs/json-line-splitter.ts';

/** Lengths of pieces. */
const cuts = fc.array(fc.nat(40), { maxLength: 20 });

test('documents arrive whole however their bytes are split', () => {
  const documents = fc.array(fc.oneof(fc.jsonValue(), fc.string({ unit: 'grapheme' })));
  fc.assert(
    fc.property(documents, cuts, (sent, places) => {
      const bytes = Buffer.from(sent.map((document) => `${JSON.stringify(document)}\n`).join(''));
      const splitter = new JsonLineSplitter();
      const received: unknown[] = [];
      let at = 0;
      for (const place of places) {
        // The sender of the bytes may reuse its buffer.
        const piece = Buffer.from(bytes.subarray(at, at + place));
        received.push(...splitter.push(piece));
        piece.fill('x');
        at += place;
      }
      received.push(...splitter.push(bytes.subarray(at)));
      expect(JSON.stringify(received)).toBe(JSON.stringify(sent));
    }),
  );
});

test('empty lines are skipped, and a line that is not JSON is an error', () => {
  const splitter = new JsonLineSplitter();
  expect(splitter.push(Buffer.from('\n1\n\n[2]\n"un'))).toEqual([1, [2]]);
  expect(splitter.push(Buffer.from('finished"\n'))).toEqual(['unfinished']);
  expect(() => splitter.push(Buffer.from('GET / HTTP/1.1\n'))).toThrow(SyntaxError);
});
