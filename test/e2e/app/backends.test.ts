import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { repository } from '../../support/bin.ts';
import type { Session } from '../../support/session.ts';
import { small, test } from './support/app-test.ts';

/** A user's program: its local backend loses its connection while a file `cut` exists, and its second backend never works. */
async function programWithShakyCluster(session: Session): Promise<readonly string[]> {
  const url = (name: string) => JSON.stringify(new URL(`dist/${name}.js`, `file://${repository}/`).href);
  const source = `
    import { existsSync } from 'node:fs';
    import { setTimeout as delay } from 'node:timers/promises';
    import { SymphonyParser } from ${url('commands')};
    import { Cluster, SymphonyError } from ${url('index')};

    Cluster.register('remote', {
      summary: 'Somewhere else',
      check: async () => ({ works: false, detail: 'No key was found. Put one into ~/.remote.' }),
      load: async () => { throw new SymphonyError('backend-unavailable', 'No key was found.'); },
    });
    const isCut = () => existsSync(${JSON.stringify(join(session.folder, 'cut'))});

    class Shaky extends SymphonyParser {
      async createCluster() {
        const cluster = await Cluster.new('local');
        const watch = cluster.watch.bind(cluster);
        cluster.watch = async function* (options) {
          const own = new AbortController();
          const signal = AbortSignal.any([own.signal, options.signal]);
          const guard = setInterval(() => isCut() && own.abort(), 50);
          try {
            if (isCut()) throw new SymphonyError('backend-unavailable', 'The connection is lost.');
            yield* watch({ ...options, signal });
            if (own.signal.aborted) throw new SymphonyError('backend-unavailable', 'The connection is lost.');
          } finally {
            clearInterval(guard);
          }
        };
        return cluster;
      }
    }
    await new Shaky().main();
  `;
  return [process.execPath, await session.file('shaky.mjs', source)];
}

test('a backend that stops answering: the last state stays, marked as stale, and recovers automatically', async ({
  session,
  open,
}) => {
  const cut = join(session.folder, 'cut');
  await session.launch('rl', small);
  const screen = await open({ columns: 120, command: await programWithShakyCluster(session) });
  await screen.sees(/rl .*● running/);
  await writeFile(cut, '');
  await screen.sees(/▲ stale since \d\d:\d\d:\d\d: The connection is lost\./);
  await screen.sees(/rl .*● running/);
  await session.launch('later', { processes: { main: { command: 'exec sleep 1000' } } });
  screen.press('enter');
  await screen.sees('learner');
  screen.press('esc');
  await rm(cut);
  await screen.sees(/later .*● running/);
  await screen.seesNo('stale');
});

test('a backend that does not work here says why, and changing to it changes nothing', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open({ columns: 120, command: await programWithShakyCluster(session) });
  await screen.sees(/rl .*● running/);
  screen.press('b');
  await screen.sees(/local .*● yes/);
  await screen.sees(/remote +✗ no +No key was found/);
  screen.type('/remote\r');
  await screen.seesNo('local *');
  screen.press('enter');
  await screen.sees('The remote backend does not work here.');
  screen.press('esc');
  await screen.seesNo('The remote backend does not work here.');
  screen.press('esc');
  await screen.sees(/local .*● yes/);
  screen.press('esc');
  await screen.sees(/rl .*● running/);
  expect(await screen.quit()).toBe(0);
});
