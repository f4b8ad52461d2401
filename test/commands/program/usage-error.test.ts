import { CommanderError } from 'commander';
import { expect, it } from 'vitest';
import { createProgram } from '../../../src/commands/program/create-program.ts';
import { usageError } from '../../../src/commands/program/usage-error.ts';

it('refers to the help of the command that was called', async () => {
  const leaf = { name: 'logs', configure: () => {}, run: async () => {} };
  const commands = [{ ...leaf, name: 'history', commands: [leaf] }, leaf];
  const refusal = async (...words: string[]) => {
    const program = createProgram({ name: 'mine', version: '0', commands, runCommand: async () => {} });
    const thrown = await program.parseAsync(words, { from: 'user' }).catch((error: unknown) => error);
    if (!(thrown instanceof CommanderError)) throw new Error('It was not refused.', { cause: thrown });
    return usageError(thrown, 'mine');
  };
  expect(await refusal('logs', '--zzzzzz')).toMatchObject({
    code: 'usage',
    message: "Unknown option '--zzzzzz'.",
    hint: 'See: mine logs --help',
  });
  expect((await refusal('history', 'logs', 'x')).hint).toBe('See: mine history logs --help');
  expect((await refusal('help', '--zzzzzz')).hint).toBe('See: mine help --help');
  expect((await refusal('--zzzzzz')).hint).toBe('See: mine --help');
  expect((await refusal('log')).hint).toBe('Did you mean logs?');
});
