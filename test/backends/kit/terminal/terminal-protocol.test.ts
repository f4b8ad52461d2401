import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  encodeTerminalMessage,
  TerminalMessageSplitter,
} from '../../../../src/backends/kit/terminal/terminal-protocol.ts';

/** Two pieces, split at an arbitrary offset. */
const cuts = fc.array(fc.nat(40), { maxLength: 20 });

test('keys and sizes of a terminal arrive whole however they are split', () => {
  const input = fc.uint8Array().map((data) => ({ kind: 'input', data: Buffer.from(data) }) as const);
  const resize = fc.record({ kind: fc.constant('resize' as const), columns: fc.nat(500), rows: fc.nat(500) });
  fc.assert(
    fc.property(fc.array(fc.oneof(input, resize)), cuts, (messages, places) => {
      const bytes = Buffer.concat(messages.map(encodeTerminalMessage));
      const splitter = new TerminalMessageSplitter();
      const received = [];
      let at = 0;
      for (const place of places) {
        received.push(...splitter.push(bytes.subarray(at, at + place)));
        at += place;
      }
      received.push(...splitter.push(bytes.subarray(at)));
      expect(received).toEqual(messages);
    }),
  );
});
