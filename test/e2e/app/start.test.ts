import { join } from 'node:path';
import { expect } from 'vitest';
import { repository } from '../../support/bin.ts';
import { small, test } from './support/app-test.ts';

const bin = join(repository, 'bin', 'symphony.js');

test('symphony ui EXPERIMENT opens at its processes, and Esc leads to the list', async ({ session, open }) => {
  await session.launch('rl', small);
  await session.launch('other', small);
  // As in every command, the beginning of a name is enough.
  const screen = await open({ command: [process.execPath, bin, 'ui', 'oth'] });
  await screen.sees(/› other/);
  await screen.sees(/learner .*● running/);
  screen.press('esc');
  await screen.sees(/rl .*● running/);
  expect(await screen.quit()).toBe(0);
});

test('symphony ui with the name of no experiment says so, and leaves the terminal alone', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open({ command: [process.execPath, bin, 'ui', 'xyz'] });
  expect((await screen.exited).exitCode).toBe(3);
  expect(screen.output).toContain('There is no experiment "xyz"');
  expect(screen.output).not.toContain('\x1b[?1049h');
});

test('npm start shows the example in the interface, also beside an own experiment of its name', async ({
  session,
  open,
}) => {
  await session.launch('rl', small);
  const screen = await open({ command: [process.execPath, join(repository, 'scripts', 'demo.ts')] });
  await screen.sees(/› rl-demo/);
  await screen.sees(/learner .*● running/);
  expect(await screen.quit()).toBe(0);
  expect(screen.output).toContain('npx symphony delete rl-demo');
  expect((await session.experiments()).map(({ name }) => name).sort()).toEqual(['rl', 'rl-demo']);
});
