import { existsSync } from 'node:fs';
import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { type Session, test } from '../../support/session.ts';
import { editState, killSupervisor } from '../../support/supervisor.ts';
import { waitFor } from '../../support/wait-for.ts';

async function findFile(session: Session, ending: string): Promise<string> {
  const entries = await readdir(session.place.home, { recursive: true });
  return join(session.place.home, entries.find((name) => name.endsWith(ending)) ?? '');
}

describe('kill -9 of the supervisor of a process with alive', () => {
  test('the next one counts silence from the last output, and not from zero', async ({ session }) => {
    const main = { command: 'echo begun; exec sleep 600', alive: { silence: '1h' } };
    await session.launch('rl', { processes: { main } });
    await session.until('rl', 'main', 'running');
    await killSupervisor(session);
    const before = new Date(Date.now() - 2 * 3_600_000);
    await utimes(await findFile(session, '/rl/logs/main.log'), before, before);
    await editState(session, 'rl', (processes) => {
      const runtime = processes.main as { runs: { startedAt: string }[] };
      for (const run of runtime.runs) run.startedAt = before.toISOString();
    });
    // A new supervisor first gives it a chance: the machine may just have been resumed.
    expect((await session.processes('rl'))[0]).toMatchObject({ state: 'running' });
    expect(await session.until('rl', 'main', 'failed', 60)).toMatchObject({ reason: 'wrote nothing for 1h' });
  });

  test('the next one finishes the end of a run that hangs and ignores its signal', async ({ session }) => {
    const command = `trap 'echo asked' TERM; while :; do sleep 0.1; done`;
    const alive = { command: 'false', every: '1s', failures: 1 };
    await session.launch('rl', { processes: { main: { command, alive, stop: { timeout: 5 } } } });
    await waitFor(async () => (await session.logs('rl', 'main')).includes('asked'), { what: 'its signal' });
    await killSupervisor(session);
    const main = await session.until('rl', 'main', 'failed', 60);
    expect(main).toMatchObject({ signal: 'SIGKILL', restarts: 0, reason: 'its check failed: exit code 1' });
  });

  test('a check that runs meanwhile leaves nothing behind once the process is deleted', async ({ session }) => {
    const begun = join(session.folder, 'begun');
    const alive = { command: `touch '${begun}'; setsid sleep 3517`, every: '1s', failures: 1 };
    await session.launch('rl', { processes: { main: { command: 'exec sleep 600', alive } } });
    await waitFor(() => existsSync(begun), { what: 'the check to begin' });
    await killSupervisor(session);
    await session.ok(['delete', 'rl', '--force']);
  });
});
