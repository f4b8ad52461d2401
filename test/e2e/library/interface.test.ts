import { join } from 'node:path';
import { expect } from 'vitest';
import { repository, run } from '../../support/bin.ts';
import { small, test } from '../app/support/app-test.ts';

const program = `
import { Cluster } from ${JSON.stringify(join(repository, 'dist/index.js'))};
const cluster = await Cluster.new('local');
try {
  await cluster.ui(process.argv[2]);
} catch ({ code, message }) {
  console.log(code, message);
}
console.log('back with', (await cluster.listExperimentNames()).join());
await cluster.close();
`;

test('a program opens the interface on its cluster, and goes on with it', async ({ session, open }) => {
  await session.launch('rl', small);
  const file = await session.file('program.mjs', program);
  const screen = await open({ command: [process.execPath, file] });
  await screen.sees(/rl .*● running/);
  // A command that the interface runs as a program of its own.
  screen.type(':config set theme dark');
  screen.press('enter');
  await expect.poll(() => session.ok(['config']), { timeout: 60_000 }).toMatch(/theme +dark/);
  await screen.sees(/theme is dark/);
  screen.press('esc');
  expect(await screen.quit()).toBe(0);
  expect(screen.output).toContain('back with rl');
});

test('the interface opens at the processes of an experiment, of which the name is checked first', async ({
  session,
  open,
}) => {
  await session.launch('rl', small);
  await session.launch('other', small);
  const file = await session.file('program.mjs', program);
  const screen = await open({ command: [process.execPath, file, 'rl'] });
  await screen.sees(/rl/);
  await screen.sees(/learner/);
  screen.press('esc');
  await screen.sees(/other .*● running/);
  expect(await screen.quit()).toBe(0);
  const { stdout } = await run([process.execPath, file, 'missing'], { env: session.env });
  expect(stdout).toMatch(/^not-found There is no experiment "missing"/);
});

test('without a terminal it is refused, and the program goes on', async ({ session }) => {
  const file = await session.file('program.mjs', program);
  const { stdout, exitCode } = await run([process.execPath, file], { env: session.env });
  expect(stdout).toMatch(/^usage The full-screen interface needs a terminal\.\nback with/);
  expect(exitCode).toBe(0);
});
