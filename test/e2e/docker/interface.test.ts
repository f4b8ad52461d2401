import { join } from 'node:path';
import { expect } from 'vitest';
import { AppScreen } from '../../support/app-screen.ts';
import { test } from './support/docker-test.ts';

const ticking = 'i=0; while :; do i=$((i + 1)); echo "tick $i"; sleep 0.2; done';
const echoing = ['node', '-e', 'process.stdin.on("data", (data) => console.log(`heard ${data}`))'];

test('every view and action of the full-screen interface works on containers', async ({ session }) => {
  await session.start(
    'shown',
    {
      learner: { command: ticking, resources: { cpu: 0.5, memory: 64 * 2 ** 20 } },
      prompt: { command: echoing, tty: true },
      broken: { command: 'echo "no model here"; exit 3' },
    },
    { groups: { agents: { processes: { agent: { command: ticking, replicas: 2 } } } } },
  );
  await session.until('shown', 'learner', 'running');
  const container = (await session.container('shown', 'learner')).slice(0, 12);
  const screen = await AppScreen.open(session, { columns: 150, rows: 40 });
  try {
    await screen.sees(/shown .*degraded/);
    // The engine may run experiments of others, which are listed, too.
    screen.type('/shown');
    screen.press('enter');
    await screen.selects('shown');
    screen.press('enter');
    await screen.sees(/learner .*running/);
    await screen.sees(/broken .*failed .*exit code 3/);
    await screen.sees(/learner .*\d (Ki|Mi)?B?/);
    screen.type('/learner');
    screen.press('enter');
    await screen.selects('learner');
    screen.press('l');
    await screen.sees(/tick \d+/);
    const last = () => Math.max(...[...screen.text.matchAll(/tick (\d+)/g)].map(([, number]) => Number(number)));
    const before = last();
    await expect.poll(last).toBeGreaterThan(before);
    screen.press('esc', 'd');
    await screen.sees(new RegExp(`container +${container}`));
    screen.press('esc', 's');
    await screen.sees(/^\/ # /m);
    screen.type('echo "in $SYMPH_PROCESS"\r');
    await screen.sees(/^in learner/m);
    screen.type('exit\r');
    await screen.sees(/learner .*running/);
    screen.press('r');
    await screen.sees(/Restart .*learner/);
    screen.press('y');
    await screen.sees(/Restarted learner/);
    expect((await session.container('shown', 'learner', 2)).slice(0, 12)).not.toBe(container);

    screen.press('esc');
    screen.type('/prompt');
    screen.press('enter');
    await screen.selects('prompt');
    screen.press('a');
    await screen.seesNo(/ › shown/);
    screen.type('hello\r');
    await screen.sees('heard hello');
    screen.type('\x1d');
    await screen.sees(/prompt .*running/);

    screen.press('esc');
    await screen.sees(/learner .*running/);
    screen.type(':scale agents/agent=3\r');
    await screen.sees(/agent-2 .*running/);
    screen.press('esc');
    await screen.sees(/ › experiments/);
    // Another user of the engine sees whose it is, and what becomes of it.
    const other = await AppScreen.open(session, {
      columns: 150,
      env: { SYMPHONY_HOME: join(session.folder, 'other') },
    });
    try {
      await other.sees(/shown .*use symphony there/);
      screen.press('ctrl-d');
      await screen.sees('Delete experiment shown?');
      screen.press('y');
      await screen.sees('Deleted shown.');
      await other.seesNo(/shown .*use symphony there/);
      await session.start('later', { learner: { command: ticking } });
      await other.sees(/later .*use symphony there/);
    } finally {
      await other.close();
    }
  } finally {
    await screen.close();
  }
});
