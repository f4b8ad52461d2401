import { expect } from 'vitest';
import { test } from '../../support/session.ts';
import { Terminal } from '../../support/terminal.ts';

const draft = {
  processes: { main: { command: 'i=0; while :; do i=$((i + 1)); echo "tick $i"; sleep 0.1; done' } },
};

test('an experiment outlives the terminal that launched it, and another terminal sees the same', async ({
  session,
}) => {
  const file = await session.file('rl.json', { name: 'rl', ...draft });
  const terminal = new Terminal(session, ['/bin/sh', '-i']);
  terminal.type(`${session.bin.join(' ')} launch ${file} && echo launched-$((40 + 2))\n`);
  await terminal.until(/launched-42/);
  const before = await session.until('rl', 'main', 'running');
  terminal.close();
  await terminal.exited;
  const lines = (await session.logs('rl', 'main')).length;
  const later = await session.logs('rl', 'main', '--tail', '1');
  expect(await session.until('rl', 'main', ({ state }) => state === 'running')).toMatchObject({ pid: before.pid });
  expect(later[0]).toMatch(/^tick \d+$/);

  const other = Terminal.symphony(session, ['logs', 'main', '-e', 'rl', '-f']);
  await other.until(new RegExp(`tick ${lines + 5}\\b`));
  other.close();
  await other.exited;
});

test('an experiment outlives a terminal that is closed while it follows the logs of its launch', async ({
  session,
}) => {
  const file = await session.file('rl.json', { name: 'rl', ...draft });
  const terminal = Terminal.symphony(session, ['launch', file, '--follow']);
  await terminal.until(/tick 3/);
  terminal.close();
  await terminal.exited;
  const { pid } = await session.until('rl', 'main', 'running');
  const [line = ''] = await session.logs('rl', 'main', '--tail', '1');
  const seen = Number(line.split(' ')[1]);
  const follow = Terminal.symphony(session, ['logs', 'main', '-e', 'rl', '-f']);
  await follow.until(new RegExp(`tick ${seen + 3}\\b`));
  follow.close();
  await follow.exited;
  expect((await session.until('rl', 'main', 'running')).pid).toBe(pid);
});
