import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { ContractHarness } from '../harness.ts';
import type { ContractTest } from '../support/contract-test.ts';
import { printArrived } from '../support/programs.ts';

export function describeReferences(test: ContractTest, harness: ContractHarness): void {
  test('a variable may refer to other variables, to services and to its replica', async ({ lab }) => {
    const names = ['MASTER_ADDR', 'MASTER_PORT', 'RANK', 'WORLD_SIZE', 'URL', 'PRICE'];
    const env = {
      MASTER_ADDR: '${SYMPH_RENDEZVOUS_0_HOST}',
      MASTER_PORT: '${SYMPH_RENDEZVOUS_0_PORT}',
      RANK: '${SYMPH_REPLICA}',
      WORLD_SIZE: '${SYMPH_REPLICAS}',
      URL: 'tcp://${MASTER_ADDR}:${MASTER_PORT}/$HOME/$$(id)/$${RANK}',
      PRICE: '$5',
    };
    const worker = {
      command: printArrived(harness.node, names),
      ready: 'started' as const,
      replicas: 2,
      bind: { rendezvous: null },
      env,
    };
    const trial = await lab.launch({ processes: { worker } });
    const arrived = JSON.parse(await trial.line(/^\{/, 'worker-1')).env;
    const { services, members } = await lab.cluster.describeExperiment(trial.name);
    const rendezvous = services.find(({ name }) => name === 'rendezvous-0');
    expect(arrived).toEqual({
      MASTER_ADDR: rendezvous?.host,
      MASTER_PORT: String(rendezvous?.port),
      RANK: '1',
      WORLD_SIZE: '2',
      URL: `tcp://${rendezvous?.host}:${rendezvous?.port}/$HOME/$(id)/\${RANK}`,
      PRICE: '$5',
    });
    expect(members.find(({ name }) => name === 'worker-1')?.env).toMatchObject(arrived);
    expect((await lab.cluster.spec(trial.name)).processes.worker?.env).toEqual(env);
  });

  test('a variable may refer to a secret, which appears nowhere', async ({ lab }) => {
    const secret = 'pa$$wo${RD}-4711';
    process.env.SYMPHONY_CONTRACT_REFERENCE = secret;
    const program = `
      const digest = (text) => require('crypto').createHash('sha256').update(text).digest('hex');
      console.log(digest(process.env.URL));`;
    const spec = lab.spec({
      processes: {
        main: {
          command: [harness.node, '-e', program],
          env: {
            URL: '$$postgres://${LOGIN}@db$',
            LOGIN: 'sarah:$${PASSWORD}:$${X}:${PASSWORD}',
            PASSWORD: { secret: true, fromEnv: 'SYMPHONY_CONTRACT_REFERENCE' },
          },
        },
      },
    });
    const plan = lab.cluster.plan(spec);
    const trial = await lab.launchSpec(spec);
    delete process.env.SYMPHONY_CONTRACT_REFERENCE;
    const meant = `$postgres://sarah:\${PASSWORD}:\${X}:${secret}@db$`;
    expect(await trial.line(/\w{64}/)).toBe(createHash('sha256').update(meant).digest('hex'));
    const description = await lab.cluster.describeExperiment(trial.name);
    expect(description.members[0]?.env.LOGIN).toBe('sarah:${PASSWORD}:${X}:<secret>');
    expect(JSON.stringify([plan, trial.launched, description])).not.toContain('-4711');
  });
}
