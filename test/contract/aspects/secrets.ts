import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { toSymphonyError } from '../../../src/engine/contract/errors.ts';
import type { ContractHarness } from '../harness.ts';
import { collectChanges } from '../support/changes.ts';
import type { ContractTest } from '../support/contract-test.ts';

export function describeSecrets(test: ContractTest, harness: ContractHarness): void {
  test('secret values reach the process, and appear nowhere else', async ({ lab }) => {
    const folder = await mkdtemp(join(tmpdir(), 'symphony-secrets-'));
    const secrets = {
      variable: 'tale-of-$two "cities"\nline',
      file: 'from-a-file-4711',
      kept: 'in-a-secret-file-0815',
    };
    process.env.SYMPHONY_CONTRACT_SECRET = secrets.variable;
    await writeFile(join(folder, 'token'), secrets.file);
    await writeFile(join(folder, 'key.txt'), `${secrets.kept}\n`);
    const program = `
      const digest = (text) => require('crypto').createHash('sha256').update(text).digest('hex');
      const kept = require('fs').readFileSync(process.env.SYMPH_SECRETS_DIR + '/key.txt', 'utf8');
      console.log([process.env.VARIABLE, process.env.FILE, kept].map(digest).join(' '));
      setInterval(() => {}, 1000);`;
    const spec = lab.spec({
      secrets: [join(folder, 'key.txt')],
      processes: {
        main: {
          command: [harness.node, '-e', program],
          env: {
            VARIABLE: { secret: true, fromEnv: 'SYMPHONY_CONTRACT_SECRET' },
            FILE: { secret: true, fromFile: join(folder, 'token') },
          },
        },
      },
    });
    const changes = await collectChanges(lab);
    const plan = lab.cluster.plan(spec);
    const trial = await lab.launchSpec(spec);
    delete process.env.SYMPHONY_CONTRACT_SECRET;
    const arrived = (await trial.line(/\w{64}/)).split(' ');
    expect(arrived).toEqual([secrets.variable, secrets.file, `${secrets.kept}\n`].map(digest));

    const description = await lab.cluster.describeExperiment(trial.name);
    expect(description.members[0]?.env).toMatchObject({ VARIABLE: '<secret>', FILE: '<secret>' });
    const told = JSON.stringify([
      plan,
      trial.launched,
      description,
      await lab.cluster.spec(trial.name),
      await lab.cluster.listExperiments(),
      await lab.cluster.listProcesses(trial.name),
      await changes.end(),
    ]);
    for (const secret of ['tale-of', secrets.file, secrets.kept]) expect(told).not.toContain(secret);
    await rm(folder, { recursive: true });
  });

  test.skipIf(harness.refused.includes('restart'))(
    'secrets reach a restarted process as they were at launch',
    async ({ lab }) => {
      const folder = await mkdtemp(join(tmpdir(), 'symphony-secrets-'));
      await writeFile(join(folder, 'token'), 'first-value');
      const seen = lab.file('secret-seen');
      const trial = await lab.run(`test -f ${seen} && echo "again \${#TOKEN}" && sleep 600; touch ${seen}; exit 1`, {
        env: { TOKEN: { secret: true, fromFile: join(folder, 'token') } },
        restart: 'on-failure',
      });
      await rm(folder, { recursive: true });
      expect(await trial.line(/again/)).toBe('again 11');
    },
  );

  test.for([
    ['variable', { secret: true, fromEnv: 'SYMPHONY_CONTRACT_UNSET' }, 'SYMPHONY_CONTRACT_UNSET'],
    ['file', { secret: true, fromFile: '/no/such/secret' }, '/no/such/secret'],
  ] as const)('a secret whose %s does not exist prevents the launch', async ([, reference, named], { lab }) => {
    const spec = lab.spec({ processes: { main: { command: 'sleep 600', env: { TOKEN: reference } } } });
    const error = toSymphonyError(await lab.cluster.launch(spec).catch((error) => error));
    expect(error.message).toContain(named);
    expect((await lab.cluster.listExperiments()).map(({ name }) => name)).not.toContain(spec.name);
  });
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
