import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { InkTerminal } from '../../../../src/app/shell/terminal/ink-terminal.ts';

test('a sequence that can wait is not written while another program has the terminal', async () => {
  const stdin = new PassThrough();
  const stdout = new PassThrough({ encoding: 'utf8' });
  const terminal = new InkTerminal({
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stdout as unknown as NodeJS.WriteStream,
    onMouse: () => {},
    onHandOver: () => {},
    onExit: () => {},
  });
  terminal.connect({ suspendTerminal: (run) => run(), exit: () => {} });
  const other = Promise.withResolvers<void>();
  const isAway = Promise.withResolvers<void>();
  const away = terminal.handOver(() => {
    isAway.resolve();
    return other.promise;
  });
  await isAway.promise;
  terminal.writeSequenceLater('<notice>');
  terminal.writeSequence('<at once>');
  stdout.write('<end of the other>');
  other.resolve();
  await away;
  await new Promise((resolve) => setImmediate(resolve));
  expect(String(stdout.read())).toMatch(/<at once><end of the other>.*<notice>$/s);
  terminal.release();
  terminal.writeSequenceLater('<too late>');
  await new Promise((resolve) => setImmediate(resolve));
  expect(String(stdout.read())).not.toContain('too late');
});
