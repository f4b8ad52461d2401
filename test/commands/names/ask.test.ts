import { expect, it } from 'vitest';
import { confirm, select } from '../../../src/commands/names/ask.ts';
import { answering, down, enter, noTerminal } from '../support/chooser.ts';

it('a question is yes only if it is answered so', async () => {
  expect(await confirm(answering('y\r'), 'Delete rl?', '')).toBe(true);
  expect(await confirm(answering('n\r'), 'Delete rl?', '')).toBe(false);
  expect(await confirm(answering(enter), 'Delete rl?', '')).toBe(false);
});

it('a choice gives the chosen word, and is shown on stderr', async () => {
  const user = answering(down + enter);
  expect(await select(user, 'Which?', ['a', 'b', 'c'])).toBe('b');
  expect(user.asked()).toContain('Which?');
});

it('ctrl-c and a signal interrupt the question', async () => {
  await expect(confirm(answering('\x03'), 'Delete rl?', '')).rejects.toMatchObject({ code: 'interrupted' });
  const controller = new AbortController();
  const asked = select(answering('', controller.signal), 'Which?', ['a', 'b']);
  controller.abort();
  await expect(asked).rejects.toMatchObject({ code: 'interrupted' });
});

it('without a terminal the question is refused, with the hint of the caller', async () => {
  await expect(confirm(noTerminal, 'Delete rl?', 'Use --force')).rejects.toMatchObject({
    code: 'cannot-ask',
    message: 'There is no terminal to ask on: Delete rl?',
    hint: 'Use --force',
  });
});
