import { join } from 'node:path';
import { expect } from 'vitest';
import type { ExperimentStatus } from '../../../../src/engine/contract/status.ts';
import { repository } from '../../../support/bin.ts';
import { Terminal } from '../../../support/terminal.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { base } from '../support/kube-lab.ts';
import { test } from '../support/kube-test.ts';

const file = join(repository, 'examples/rl/rl.yaml');
// Without an address outside the cluster, a visit forwards the port and holds it.
const settings = [`image=${base.image}`, 'kube.imagePullPolicy=IfNotPresent', 'kube.expose=none'].flatMap((setting) => [
  '--set',
  setting,
]);

test('the example runs unchanged, learns, and is visited', async ({ lab }) => {
  const { session } = lab;
  lab.adopt('rl');
  const manifests = await session.ok(['launch', file, ...settings, '--dry-run=server']);
  expect(manifests).toMatch(/^kind: Namespace$/m);
  expect(await lab.objects('rl')).toEqual([]);

  await session.ok(['launch', file, ...settings, '--wait', '--timeout', '3m'], { timeout: 200 });
  const [experiment] = (await session.json<ExperimentStatus[]>(['ls'])).filter(({ name }) => name === 'rl');
  expect(experiment).toMatchObject({ backend: 'kube', state: 'running', processes: { total: 6, ready: 6 } });

  const visitor = Terminal.symphony(session, ['visit', 'dashboard', 'rl', '--url-only']);
  await visitor.until(/http:\S+/, { timeout: 30 });
  const [url = ''] = /http:\S+/.exec(visitor.output) ?? [];
  expect(await (await fetch(url)).text()).toMatch(/<html/i);
  const hasLearned = async () => {
    const [line = ''] = await session.logs('rl', 'eval', '--tail', '1');
    return Number(/mean return (\d+)/.exec(line)?.[1] ?? 0) > 150;
  };
  await waitFor(hasLearned, { timeout: 120, what: 'the policy to become better' });
  visitor.type('\x03');
  expect((await visitor.exited).exitCode).toBe(130);
  await expect(fetch(url)).rejects.toThrow();

  await session.ok(['delete', 'rl', '--force'], { timeout: 200 });
  expect(await lab.objects('rl')).toEqual([]);
});
