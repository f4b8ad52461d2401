import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { repository, run } from '../support/bin.ts';
import { base } from './support/kube-lab.ts';
import { test } from './support/kube-test.ts';

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

describe.runIf(hasKubectl)('kubectl', () => {
  test('applies what a dry run prints, and finds nothing to change in what was launched', async ({ lab }) => {
    lab.adopt('rl');
    const file = join(repository, 'examples/rl/rl.yaml');
    const settings = ['--set', `image=${base.image}`, '--set', 'kube.imagePullPolicy=IfNotPresent'];
    const manifests = await lab.session.ok(['launch', file, ...settings, '--dry-run']);
    const applied = await run(['kubectl', 'apply', '-f', '-'], { input: manifests });
    expect(applied.stderr).toBe('');
    expect(applied.stdout).toMatch(/^namespace\/rl created\n/);
    expect(applied.stdout).toMatch(/^pod\/agents created$/m);
    await lab.until('rl', 'learner', 'running');
    await lab.until('rl', 'agents/agent-0', 'running');
  });
});
