import { expect } from 'vitest';
import { test } from '../../support/app-test.ts';

test('completes names of the screen, and keeps a history without repetitions', async ({ open }) => {
  const app = await open();
  async function run(line: string) {
    const running = app.perform('command');
    const prompt = await app.asked('prompt');
    expect(prompt.suggest('oth')).toContain('other');
    prompt.answer(line);
    await running;
    return prompt.history;
  }
  expect(await run('quit')).toEqual([]);
  expect(await run(' quit ')).toEqual(['quit']);
  expect(await run('help')).toEqual(['quit']);
  expect(await run('')).toEqual(['quit', 'help']);
  expect(app.store.getState().commandHistory).toEqual(['quit', 'help']);
  expect(app.exits).toEqual([0, 0]);
});

test('another interface has a history of its own', async ({ open }) => {
  const [first, second] = [await open(), await open()];
  const running = first.perform('command');
  (await first.asked('prompt')).answer('help');
  await running;
  expect(second.store.getState().commandHistory).toEqual([]);
});
