import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { repository, run } from '../../support/bin.ts';
import { Session, test } from '../../support/session.ts';
import { supervisors } from '../../support/supervisor.ts';
import { waitFor } from '../../support/wait-for.ts';

const counting = 'i=0; while :; do i=$((i + 1)); echo "line $i"; sleep 0.02; done';

describe('while experiments run', () => {
  test('another version takes over: nothing ends, no line is lost, and there is one supervisor', async ({
    session,
  }) => {
    const old = await installCopy(session, 'old', -1000);
    const next = await installCopy(session, 'next', 1000);
    await old.launch('rl', {
      processes: { main: { command: counting }, flaky: { command: 'sleep 3; exit 1', restart: 'always' } },
    });
    const before = await old.until('rl', 'main', 'running');
    const [oldSupervisor] = supervisors(session);

    await next.launch('second', { processes: { main: { command: ['sleep', '600'] } } });
    expect(await next.until('rl', 'main', 'running')).toMatchObject({ pid: before.pid, restarts: 0 });
    await waitFor(() => supervisors(session).length === 1 && supervisors(session)[0]?.pid !== oldSupervisor?.pid);
    await next.until('rl', 'flaky', ({ restarts, state }) => restarts >= 1 && state === 'running');
    const lines = await next.logs('rl', 'main');
    expect(lines).toEqual(lines.map((_, index) => `line ${index + 1}`));
    await next.delete('rl');
    await next.delete('second');
    await session.place.expectNothingLeft();
  });

  test('the build is replaced and then removed: the supervisor goes on', async ({ session }) => {
    const copy = await installCopy(session, 'app', 0);
    await copy.launch('rl', {
      processes: { main: { command: counting }, flaky: { command: 'sleep 1; exit 1', restart: 'always' } },
    });
    await copy.until('rl', 'main', 'running');
    const app = join(session.folder, 'app');
    await run(['mv', join(app, 'dist'), join(app, 'dist-before')]);
    await cp(join(app, 'dist-before'), join(app, 'dist'), { recursive: true });
    await run(['rm', '-r', join(app, 'dist-before')]);
    await copy.until('rl', 'flaky', ({ restarts }) => restarts >= 2);
    const lines = await copy.logs('rl', 'main');
    expect(lines).toEqual(lines.map((_, index) => `line ${index + 1}`));
    await run(['rm', '-r', join(app, 'dist')]);
    await session.until('rl', 'flaky', ({ restarts }) => restarts >= 3);
    expect(await session.until('rl', 'main', 'running')).toMatchObject({ restarts: 0 });
  });
});

/** A copy of the built package in the session's folder, with a build time that is this many milliseconds later. */
async function installCopy(session: Session, name: string, later: number): Promise<Session> {
  const folder = join(session.folder, name);
  await mkdir(folder);
  for (const part of ['bin', 'dist', 'package.json']) {
    await cp(join(repository, part), join(folder, part), { recursive: true });
  }
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
  const [, built = ''] = /build:(\d{13})/.exec(await readFile(join(folder, 'dist', 'supervisor.js'), 'utf8')) ?? [];
  expect(built).not.toBe('');
  const scripts = (await readdir(join(folder, 'dist'), { recursive: true })).filter((path) => path.endsWith('.js'));
  for (const script of scripts) {
    const path = join(folder, 'dist', script);
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll(built, String(Number(built) + later)));
  }
  const copy = new Session(session.place);
  copy.bin = [process.execPath, join(folder, 'bin', 'symphony.js')];
  return copy;
}
