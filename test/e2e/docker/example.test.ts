import { join } from 'node:path';
import { expect } from 'vitest';
import type { ExperimentStatus } from '../../../src/engine/contract/status.ts';
import { repository } from '../../support/bin.ts';
import { waitFor } from '../../support/wait-for.ts';
import { image, test } from './support/docker-test.ts';

const file = join(repository, 'examples/rl/rl.yaml');

test('two clones of the example learn side by side, each with its dashboard, and one outlives the other', async ({
  session,
}) => {
  const launch = (name: string) =>
    session.ok(['launch', file, '--name', name, '--set', `image=${image}`, '--wait', '--timeout', '90s']);
  await Promise.all([launch('first'), launch('second')]);
  for (const name of ['first', 'second']) {
    const { processes } = (await session.experiments()).find((other) => other.name === name) as ExperimentStatus;
    expect(processes).toMatchObject({ total: 6, ready: 6 });
  }
  const visit = async (name: string) => (await session.ok(['visit', 'dashboard', name, '--url-only'])).trim();
  const [first, second] = [await visit('first'), await visit('second')];
  expect(first).not.toBe(second);
  expect(await (await fetch(first)).text()).toMatch(/<html/i);
  await session.delete('first');
  await expect(fetch(first)).rejects.toThrow();

  const rewards = async () => {
    const { training } = (await (await fetch(new URL('rewards.json', second))).json()) as Rewards;
    return training.map(({ meanReturn }) => meanReturn);
  };
  await waitFor(async () => Math.max(0, ...(await rewards())) > 60, {
    timeout: 100,
    what: 'the policy to become better',
  });
  await session.delete('second');
  expect((await session.ok(['history', 'logs', 'second', 'learner'])).split('\n')).toContainEqual(
    expect.stringMatching(/^update \d+: \d+ episodes, mean return/),
  );
});

interface Rewards {
  readonly training: readonly { readonly meanReturn: number }[];
}
