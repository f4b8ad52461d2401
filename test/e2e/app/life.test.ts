import { expect } from 'vitest';
import { supervisors } from '../../support/supervisor.ts';
import { waitFor } from '../../support/wait-for.ts';
import { small, test } from './support/app-test.ts';

/** Expects the sequences that restore a terminal: the mouse off, the alternate screen left, the cursor shown. */
function expectRestored(output: string): void {
  for (const sequence of ['\x1b[?1000l', '\x1b[?1049l', '\x1b[?25h']) {
    const last = output.lastIndexOf(sequence);
    expect(last).toBeGreaterThan(-1);
    expect(last).toBeGreaterThan(output.lastIndexOf(sequence.replace(/[lh]$/, (end) => (end === 'l' ? 'h' : 'l'))));
  }
}

test('q leaves the terminal as it was', async ({ open }) => {
  const screen = await open();
  expect(screen.isAlternate).toBe(true);
  expect(await screen.quit()).toBe(0);
  expectRestored(screen.output);
  // The emulator processes the last output a little later.
  await expect.poll(() => screen.isAlternate).toBe(false);
});

test.for(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('%s restores the terminal', async (signal, { open }) => {
  const screen = await open();
  process.kill(screen.pty.pid, signal);
  const { exitCode } = await screen.exited;
  expect(exitCode).toBe({ SIGTERM: 143, SIGHUP: 129, SIGINT: 130 }[signal]);
  expectRestored(screen.output);
});

test('a resized window is rendered again, and one that is too small says so', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open({ columns: 120, rows: 40 });
  await screen.sees(/rl .*● running/);
  screen.press('enter');
  await screen.sees('agent-2');
  screen.resize(60, 14);
  await waitFor(() => screen.rows.at(-1)?.includes('? help'));
  await screen.sees(/learner .*● running/);
  screen.resize(30, 8);
  await screen.sees('Too small');
  screen.resize(200, 50);
  await screen.sees('RESTARTS');
  await waitFor(() => screen.rows.at(-1)?.includes('? help'));
  expect(screen.rows[0]).toMatch(/4\/4 ready $|4\/4 ready$/);
});

test('ctrl-z suspends to the shell, and fg returns', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open({ command: ['/bin/bash', '--norc', '-i'] });
  screen.type(`${session.bin.join(' ')}\r`);
  await screen.sees(/rl .*● running/);
  screen.press('ctrl-z');
  await screen.sees('Stopped');
  expect(screen.isAlternate).toBe(false);
  screen.type('echo still $((40 + 2))\r');
  await screen.sees('still 42');
  screen.type('fg\r');
  await screen.sees('local › experiments');
  screen.press('enter');
  await screen.sees('agent-2');
  screen.press('q');
  await waitFor(() => !screen.isAlternate);
});

test('a terminal that disappears ends the interface, which does not spin', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open();
  await screen.sees(/rl .*● running/);
  const { pid } = screen.pty;
  const own = () => session.place.running().some((running) => running.pid === pid);
  expect(own()).toBe(true);
  (screen.pty as unknown as { destroy(): void }).destroy();
  await waitFor(() => !own(), { what: 'the interface to end' });
});

test('after the supervisor is killed, the last state stays, and recovers automatically', async ({ session, open }) => {
  await session.launch('rl', small);
  const before = await session.until('rl', 'learner', 'running');
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('enter');
  await screen.sees('agent-2');
  for (const { pid } of supervisors(session)) process.kill(pid, 'SIGKILL');
  await session.ok(['restart', 'agents/agent-0', '-e', 'rl']);
  await screen.sees(/agent-0 +1 +1 +● running/);
  await screen.seesNo('stale');
  expect((await session.until('rl', 'learner', 'running')).pid).toBe(before.pid);
});

test('a supervisor that does not answer: the state is stale, and an activity ends', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open({ columns: 160 });
  await screen.sees(/rl .*● running/);
  screen.press('enter');
  await screen.sees('learner');
  const stopped = supervisors(session);
  for (const { pid } of stopped) process.kill(pid, 'SIGSTOP');
  try {
    screen.press('r');
    await screen.sees('Restart learner of rl?');
    screen.press('y');
    await screen.sees(/[◐◓◑◒] .*esc cancels/);
    screen.press('esc');
    await screen.sees('Cancelled: restarting learner of rl.');
    await screen.seesNo('esc cancels');
    await screen.sees(/▲ stale since \d\d:\d\d:\d\d: /, 40);
    await screen.sees('learner');
    screen.press('r');
    await screen.sees('Restart learner of rl?');
    screen.press('y');
    await screen.sees(/▌ ✗ .*supervisor/, 40);
    await screen.seesNo('esc cancels');
  } finally {
    for (const { pid } of stopped) process.kill(pid, 'SIGCONT');
  }
  await screen.seesNo('stale', 40);
  await screen.sees(/learner .*● running/);
  expect(await screen.quit()).toBe(0);
});

test('without colours, signs and inversion show everything', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open({ env: { NO_COLOR: '1' } });
  await screen.sees(/rl .*● running/);
  expect(screen.hasColours).toBe(false);
  await screen.selects('rl');
  screen.press('enter');
  await screen.sees('agent-2');
  screen.press('j');
  await screen.selects('agents');
  expect(screen.hasColours).toBe(false);
});

test('the wheel scrolls, a click selects, a double click opens, a click on a title sorts', async ({
  session,
  open,
}) => {
  const processes = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`p${index}`, { command: 'exec sleep 1000' }]),
  );
  await session.launch('many', { processes });
  const screen = await open({ rows: 20 });
  await screen.sees(/many .*●/);
  screen.press('enter');
  await screen.sees(/p10 /);
  screen.wheel('down', 4);
  await screen.seesNo(/ p0 /);
  screen.wheel('up', 4);
  await screen.sees(/ p0 /);
  const row = screen.rows.findIndex((text) => / p3 /.test(text));
  screen.click(5, row);
  await screen.selects(' p3 ');
  screen.click(5, 2);
  await screen.sees('NAME↑');
  const again = screen.rows.findIndex((text) => / p5 /.test(text));
  screen.click(5, again);
  screen.click(5, again);
  await screen.sees('local › many › p5');
});

test('the mouse can be left to the terminal', async ({ open }) => {
  const screen = await open();
  screen.press('ctrl-x');
  await screen.sees('The terminal handles the mouse again.');
  expect(screen.output.lastIndexOf('\x1b[?1000l')).toBeGreaterThan(screen.output.lastIndexOf('\x1b[?1000h'));
});

test('keys can be changed in the settings, and problems there are reported', async ({ session, open }) => {
  await session.launch('rl', small);
  // A settings file may come from another version, or be edited by hand.
  await session.file('.symphony.yaml', 'keys: { delete: D, no-such-thing: x }\n');
  const screen = await open();
  await screen.sees('no-such-thing: there is no such action');
  await screen.sees(/rl .*● running/);
  screen.press('D');
  await screen.sees('Delete experiment rl?');
  screen.press('n');
  await screen.seesNo('Delete experiment rl?');
});

test('themes change at once', async ({ open }) => {
  const screen = await open();
  screen.press('ctrl-t');
  await screen.sees('Theme: light.');
  screen.press('ctrl-t', 'ctrl-t');
  await screen.sees('Theme: none.');
});
