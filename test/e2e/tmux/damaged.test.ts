import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { run } from '../../support/bin.ts';
import { isAlive } from '../../support/host-processes.ts';
import type { Session } from '../../support/session.ts';
import { supervisors } from '../../support/supervisor.ts';
import { waitFor } from '../../support/wait-for.ts';
import { test } from './support/tmux-session.ts';

const rl = { processes: { main: { command: 'exec sleep 600' }, over: { command: 'exit 3' } } };

/** Changes both copies of an experiment's record while no supervisor runs. */
async function damage(session: Session, experiment: string, change: (text: string) => string): Promise<void> {
  for (const supervisor of supervisors(session)) process.kill(supervisor.pid, 'SIGKILL');
  await waitFor(() => supervisors(session).length === 0);
  const entries = await readdir(session.place.home, { recursive: true, withFileTypes: true });
  for (const { name, parentPath } of entries) {
    if (!/^experiment.*\.json$/.test(name) || !parentPath.endsWith(`/${experiment}`)) continue;
    const path = join(parentPath, name);
    await writeFile(path, change(await readFile(path, 'utf8')));
  }
}

describe('an experiment in tmux whose record', () => {
  test('is of a future version is listed, and deleted with its session; the others stay', async ({ session }) => {
    await session.launch('rl', rl);
    await session.launch('other', { processes: { main: { command: 'exec sleep 600' } } });
    const { pid = 0 } = await session.until('rl', 'main', 'running');
    await session.until('rl', 'over', 'failed');
    await session.until('other', 'main', 'running');
    await damage(session, 'rl', (text) => JSON.stringify({ ...JSON.parse(text), schema: 99 }));
    expect(await session.experiments()).toMatchObject([{ name: 'rl', state: 'degraded' }, { name: 'other' }]);
    await session.delete('rl');
    expect(isAlive(pid)).toBe(false);
    expect(await session.tmux.windows()).toEqual(['other 0 main']);
    expect(await session.until('other', 'main', 'running')).toMatchObject({ restarts: 0 });
  });

  test('is garbage is deleted with its session on the server of its home', async ({ session }) => {
    delete session.env.SYMPHONY_TMUX_SOCKET;
    await session.launch('rl', rl);
    await session.until('rl', 'main', 'running');
    await session.until('rl', 'over', 'failed');
    const { location } = await session.json<{ location: string }>(['describe', 'rl']);
    const socket = /tmux -L (\S+)/.exec(location)?.[1] ?? '';
    const sessions = () => run(['tmux', '-L', socket, 'list-sessions'], { env: { TMUX: undefined } });
    expect(await sessions()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('rl') });
    // Without its record, only the launch files identify its session.
    await damage(session, 'rl', () => '\u0000{"');
    await session.delete('rl');
    await waitFor(async () => (await sessions()).exitCode !== 0, { what: 'the tmux server to end' });
  });
});
