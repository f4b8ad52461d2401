import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { formatYaml } from '../../../../src/engine/text/format-yaml.ts';
import { repository, run } from '../../../support/bin.ts';
import { deceptiveTexts } from '../../../support/deceptive-texts.ts';
import { base } from '../support/kube-lab.ts';
import { test } from '../support/kube-test.ts';

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

describe.runIf(hasKubectl)('kubectl', () => {
  test('applies what a dry run prints', async ({ lab }) => {
    lab.adopt('rl');
    const example = join(repository, 'examples/rl/rl.yaml');
    const settings = ['--set', `image=${base.image}`, '--set', 'kube.imagePullPolicy=IfNotPresent'];
    const manifests = await lab.session.ok(['launch', example, ...settings, '--dry-run']);
    const checked = await run(['kubectl', 'apply', '--dry-run=client', '-f', '-'], { input: manifests });
    expect(checked.stderr).toBe('');
    expect(checked.stdout).toMatch(/^pod\/agents created \(dry run\)$/m);
  });

  test('reads every text as what it is', async () => {
    const data = Object.fromEntries(deceptiveTexts.map((text, index) => [`key-${index}`, text]));
    const labels = Object.fromEntries(deceptiveTexts.map((text) => [text, text]));
    const manifest = formatYaml({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'texts', labels }, data });
    const read = await run(['kubectl', 'create', '--dry-run=client', '--validate=false', '-o', 'json', '-f', '-'], {
      input: manifest,
    });
    expect(read.stderr).toBe('');
    expect(JSON.parse(read.stdout)).toMatchObject({ data, metadata: { labels } });
  });

  test('applied, it is an experiment', async ({ lab }) => {
    lab.adopt('applied');
    const program = `require('net').createServer((socket) => socket.on('error', () => {}).end('hello\\n'))
      .listen(process.env.SYMPH_SERVICE_PORT, process.env.SYMPH_SERVICE_HOST)`;
    const serving = ['node', '-e', program];
    const calling =
      'until nc $SYMPH_SERVICE_HOST $SYMPH_SERVICE_PORT </dev/null | grep hello; do sleep 1; done; sleep 600';
    const path = await lab.session.file('applied.json', {
      name: 'applied',
      startDir: '/',
      ...base,
      processes: { server: { command: serving, bind: 'service', ready: 'started' } },
      groups: { callers: { processes: { caller: { command: calling, connect: 'service' } } } },
    });
    const manifests = await lab.session.ok(['launch', path, '--dry-run']);
    const applied = await run(['kubectl', 'apply', '-f', '-'], { input: manifests });
    expect(applied.stderr).toBe('');
    expect(applied.stdout).toMatch(/^namespace\/applied created\n/);
    await lab.until('applied', 'server', 'running');
    await lab.until('applied', 'callers/caller', 'running');
    expect((await lab.cluster.listExperiments()).map(({ name }) => name)).toContain('applied');
  });
});
