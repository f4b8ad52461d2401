import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ExperimentStatus, ProcessStatus } from '../../../src/engine/contract/status.ts';
import { repository, run } from '../../support/bin.ts';
import { Session, test } from '../../support/session.ts';
import { waitFor } from '../../support/wait-for.ts';

/** The first block of commands in the README, which a new user types after cloning. */
async function firstCommands(folder: string): Promise<string> {
  const readme = await readFile(join(folder, 'README.md'), 'utf8');
  const block = /^```sh\n(.*?)^```$/ms.exec(readme)?.[1];
  if (block === undefined) throw new Error('The README has no block of commands.');
  return block.replace(/^git clone \S+( \S+)?( && )?/m, '').replace(/^cd \S+( && )?/m, '');
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

test('from a fresh clone, the README’s first command shows real processes at work', { timeout: 400_000 }, async ({
  session,
}) => {
  const clone = join(session.folder, 'clone');
  expect((await run(['git', 'clone', '--quiet', repository, clone])).exitCode).toBe(0);
  const first = await run(['bash', '-euc', await firstCommands(clone)], { cwd: clone, env: session.env, timeout: 300 });
  expect(first, first.stdout + first.stderr).toMatchObject({ exitCode: 0 });
  expect(first.stdout).toMatch(/learner .*running/);
  expect(first.stdout).toMatch(/agent-0/);

  const user = new Session(session.place);
  user.bin = [process.execPath, join(clone, 'bin', 'symphony.js')];
  const [experiment] = await user.json<ExperimentStatus[]>(['ls']);
  expect(experiment).toMatchObject({ backend: 'local', state: 'running' });
  const name = experiment?.name ?? '';
  const processes = await user.json<ProcessStatus[]>(['p']);
  expect(processes.every(({ ready, state }) => ready && state === 'running')).toBe(true);

  const follow = await user.run(['logs', 'agent-0', '-f'], {
    onSpawn: (child) => child.stdout?.once('data', () => child.kill('SIGINT')),
  });
  expect(follow.stdout).not.toBe('');
  expect(follow.exitCode).toBe(130);

  const url = (await user.ok(['visit', 'dashboard', '--url-only'])).trim();
  expect(await (await fetch(url)).text()).toMatch(/<html/i);
  expect(await user.ok(['exec', 'learner', '--', 'env'])).toMatch(/^SYMPH_PROCESS=learner$/m);
  expect(await user.ok(['describe', name])).toContain('learner');
  expect(await user.ok(['spec', name])).toContain('replay-server');

  const rewards = async () => {
    const answer = await fetch(new URL('/rewards.json', url));
    const { training } = (await answer.json()) as { training: { meanReturn: number }[] };
    return training.map(({ meanReturn }) => meanReturn);
  };
  const risen = async () => {
    const curve = await rewards();
    return curve.length >= 8 && mean(curve.slice(-3)) > 2 * mean(curve.slice(0, 3));
  };
  await waitFor(risen, { timeout: 90, what: 'rewards to rise' });

  await user.ok(['d', name, '--force']);
  expect(await user.json(['ls'])).toEqual([]);
  await session.place.expectNothingLeft();
});
