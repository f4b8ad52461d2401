import { describe, expect } from 'vitest';
import { hasTmux } from '../../support/has-tmux.ts';
import { hostProcesses, isAlive, killAll } from '../../support/host-processes.ts';
import { type Session, test } from '../../support/session.ts';
import { waitFor } from '../../support/wait-for.ts';

/** Kills the keeper of a process before the process itself, so that nothing can record how the process ended. */
async function killWithKeeper(session: Session, name: string): Promise<void> {
  const { pid = 0 } = await session.until('rl', name, ({ state, pid }) => state === 'running' && pid !== undefined);
  const run = new RegExp(`/runs/${name}\\.\\d+$`);
  const keepers = session.place.running().filter(({ command }) => command.some((argument) => run.test(argument)));
  const members = hostProcesses().filter((found) => found.pid === pid);
  expect(members).toHaveLength(1);
  // With a terminal, one keeper is the child of another; the inner one, which would record the exit, is killed first.
  const parents = new Set(keepers.map(({ parent }) => parent));
  const isInner = (keeper: { readonly pid: number }) => !parents.has(keeper.pid);
  killAll([...keepers.filter(isInner), ...keepers.filter((keeper) => !isInner(keeper)), ...members]);
  await waitFor(() => !isAlive(pid));
}

describe.each(['local', 'tmux'])('a process whose keeper was killed, on %s', (backend) => {
  test.skipIf(backend === 'tmux' && !hasTmux)(
    'is lost, and its restart policy says what follows',
    async ({ session }) => {
      session.env.SYMPHONY_BACKEND = backend;
      const command = 'sleep 600';
      await session.launch('rl', {
        processes: {
          never: { command },
          failure: { command, restart: 'on-failure' },
          always: { command, restart: 'always' },
        },
      });
      for (const name of ['never', 'failure', 'always']) await killWithKeeper(session, name);
      expect(await session.until('rl', 'never', 'lost')).toMatchObject({ reason: expect.stringMatching(/keeper/) });
      for (const name of ['failure', 'always'])
        await session.until('rl', name, ({ state, restarts }) => state === 'running' && restarts === 1);
    },
  );
});
