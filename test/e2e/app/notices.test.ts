import { expect } from 'vitest';
import { Terminal } from '../../support/terminal.ts';
import { waitFor } from '../../support/wait-for.ts';
import { small, test } from './support/app-test.ts';

/** A terminal at which notices are sequences, wherever this test runs. */
const plain = { TMUX: '', STY: '', VTE_VERSION: '', DISPLAY: '', WAYLAND_DISPLAY: '' };
const desktop = { ...plain, SYMPHONY_NOTIFY: JSON.stringify({ desktop: true }) };

function noticesIn(output: string): string[] {
  return [...output.matchAll(/\x1b\]9;([^\x07]*)\x07/g)].map(([, text]) => text ?? '');
}

const breaks = { command: 'until test -f go; do sleep 0.1; done; echo gone; exit 3' };

test('the interface shows notices on the desktop of its user, each once, and stays as it is', async ({
  session,
  open,
}) => {
  await session.launch('before', { processes: { breaks: { command: 'exit 3' }, stays: { command: 'sleep 600' } } });
  await session.until('before', 'breaks', 'failed');
  await session.launch('rl', { processes: { breaks, learner: { command: 'sleep 600' } } });
  const screen = await open({ env: desktop });
  await screen.sees(/rl .*● running/);
  await session.file('go', '');
  await waitFor(() => noticesIn(screen.output).length > 0, { what: 'a notice' });
  await session.launch('later', small);
  await screen.sees(/later .*● running/);
  expect(screen.rows[0]).toContain('local › experiments');
  expect(screen.rows.at(-1)).toContain('? help');
  expect(screen.text).not.toContain('Symphony: rl');
  expect(await screen.quit()).toBe(0);
  expect(noticesIn(screen.output)).toEqual(['Symphony: rl failed: rl: breaks failed (exit code 3)']);
});

test('the interface shows none without the setting', async ({ session, open }) => {
  await session.launch('rl', { processes: { breaks, learner: { command: 'sleep 600' } } });
  const screen = await open({ env: plain });
  await screen.sees(/rl .*● running/);
  await session.file('go', '');
  await screen.sees(/rl .*degraded/);
  expect(await screen.quit()).toBe(0);
  expect(noticesIn(screen.output)).toEqual([]);
});

test('an attached launch and a wait show the end, on a terminal alone', async ({ session }) => {
  Object.assign(session.env, desktop);
  const file = await session.file('fg.json', { name: 'fg', processes: { main: { command: 'echo here; exit 3' } } });
  const attached = Terminal.symphony(session, ['launch', file, '-A']);
  expect((await attached.exited).exitCode).toBe(1);
  expect(attached.output).toContain('here');
  expect(noticesIn(attached.output)).toEqual(['Symphony: fg done: fg failed: main failed (exit code 3)']);
  await session.launch('rl', { processes: { learner: { command: 'until test -f go; do sleep 0.1; done' } } });
  const wait = Terminal.symphony(session, ['wait', 'rl', '--for', 'done']);
  await wait.until(/rl: done/);
  await session.file('go', '');
  expect((await wait.exited).exitCode).toBe(0);
  expect(noticesIn(wait.output)).toEqual(['Symphony: rl done: rl succeeded: 1 of 1 process succeeded']);
  const { stdout, stderr, exitCode } = await session.run(['launch', file, '-A']);
  expect(exitCode).toBe(1);
  expect(noticesIn(stdout + stderr)).toEqual([]);
});
