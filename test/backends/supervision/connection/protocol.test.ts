import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  encodeTerminalMessage,
  TerminalMessageSplitter,
} from '../../../../src/backends/kit/terminal/terminal-protocol.ts';
import { MessageSplitter } from '../../../../src/backends/supervision/connection/protocol.ts';
import { interpretStatus, parseRunFileName } from '../../../../src/backends/supervision/records/run-files.ts';

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

test('run files are recognized by their names', () => {
  expect(parseRunFileName('agents.agent-0.12.exit')).toEqual({ key: 'agents.agent-0', run: 12, kind: 'exit' });
  expect(parseRunFileName('main.1.pid')).toEqual({ key: 'main', run: 1, kind: 'pid' });
  for (const passing of ['main.1.exit.new', 'main.exit', '.1.pid', 'main.x.pid'])
    expect(parseRunFileName(passing)).toBeUndefined();
});

test('a status above 128 is a signal if a signal has that number', () => {
  expect(interpretStatus(0)).toEqual({ exitCode: 0 });
  expect(interpretStatus(3)).toEqual({ exitCode: 3 });
  expect(interpretStatus(137)).toEqual({ exitCode: 137, signal: 'SIGKILL' });
  expect(interpretStatus(255)).toEqual({ exitCode: 255 });
});
