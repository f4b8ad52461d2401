import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MessageSplitter } from '../../../../src/backends/supervision/connection/protocol.ts';

/** Two pieces, split at an arbitrary offset. */
const cuts = fc.array(fc.nat(40), { maxLength: 20 });

test('messages arrive whole however they are split', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), cuts, (messages, places) => {
      const text = messages.map((message) => `${JSON.stringify(message)}\n`).join('');
      const splitter = new MessageSplitter();
      const received: unknown[] = [];
      let at = 0;
      for (const place of places) {
        received.push(...splitter.push(text.slice(at, at + place)));
        at += place;
      }
      received.push(...splitter.push(text.slice(at)));
      expect(JSON.stringify(received)).toBe(JSON.stringify(messages));
    }),
  );
});
