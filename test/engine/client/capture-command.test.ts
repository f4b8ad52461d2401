import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { captureCommand } from '../../../src/engine/client/capture-command.ts';
import type { ExecCapability } from '../../../src/engine/contract/capabilities.ts';

test('keeps what a command writes, whole characters included, and how it ended', async () => {
  const capability: ExecCapability = {
    exec: async (experiment, { name }, command, { streams: { stdin, stdout, stderr } }) => {
      const said = Buffer.from(`${experiment} ${name} ${command.join(' ')}: ${await text(stdin)}`);
      for (const byte of said) stdout.write(Buffer.from([byte]));
      stderr.write('warning');
      return { exitCode: 3 };
    },
  };
  const target = { experiment: 'rl', reference: { group: null, name: 'learner' } };
  expect(await captureCommand(capability, target, ['cat', '-'], { input: 'schöne 日本' })).toEqual({
    exitCode: 3,
    stdout: 'rl learner cat -: schöne 日本',
    stderr: 'warning',
  });
  expect(await captureCommand(capability, target, ['true'])).toMatchObject({ stdout: 'rl learner true: ' });
});
