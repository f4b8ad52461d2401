import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import { requireCapability } from '../../../src/engine/client/require-capability.ts';
import type { ContractHarness } from '../harness.ts';
import type { ContractTest } from '../support/contract-test.ts';
import { callOnce, listenOn } from '../support/programs.ts';

export function describeCommunication(test: ContractTest, harness: ContractHarness): void {
  test('processes reach each other by the names they bind', async ({ lab }) => {
    const server = (service: string) => listenOn(harness.node, [service], { delay: 300 });
    const client = (service: string) => callOnce(harness.node, service);
    const trial = await lab.launch({
      processes: {
        learner: { command: server('SYMPH_REPLAY_SERVER'), bind: { 'replay-server': null } },
        shard: { command: `exec ${harness.node} -e '${shardProgram}'`, bind: { shard: null }, replicas: 2 },
        client: { command: client('SYMPH_SHARD_1'), connect: ['shard-1'] },
      },
      groups: {
        agents: {
          processes: { agent: { command: client('SYMPH_REPLAY_SERVER'), connect: ['replay-server'], replicas: 2 } },
        },
      },
    });
    expect(await trial.line(/hello/, 'agents/agent-0')).toBe('hello from SYMPH_REPLAY_SERVER');
    expect(await trial.line(/hello/, 'agents/agent-1')).toBe('hello from SYMPH_REPLAY_SERVER');
    expect(await trial.line(/hello/, 'client')).toBe('hello from shard 1');
  });

  const visitTest = test.skipIf(!harness.capabilities.includes('visit'));

  visitTest('an exposed service can be visited from here', async ({ lab }) => {
    const program = `require('http').createServer((request, response) => response.end('page of ' + request.url))
      .listen(process.env.SYMPH_WEB_PORT, process.env.SYMPH_WEB_HOST)`;
    const trial = await lab.run([harness.node, '-e', program], { expose: { web: null }, ready: { service: 'web' } });
    await trial.until('running');
    const capability = requireCapability(lab.cluster, 'visit');
    const visit = await capability.visit(trial.name, 'web');
    expect(visit.url).toMatch(/^http:\/\//);
    expect(await (await fetch(new URL('/here', visit.url))).text()).toBe('page of /here');
    await visit.close();
    await expect(capability.visit(trial.name, 'nothing')).rejects.toMatchObject({ code: 'not-found' });
  });

  visitTest('a bound service can be visited, too', async ({ lab }) => {
    const trial = await lab.run(listenOn(harness.node, ['SYMPH_ONE'], { delay: 0 }), { bind: { one: null } });
    await trial.until('running');
    const visit = await requireCapability(lab.cluster, 'visit').visit(trial.name, 'one');
    expect(await text(connect(visit.port, visit.host))).toBe('hello from SYMPH_ONE\n');
    await visit.close();
  });
}

const shardProgram = `
  const number = process.env.SYMPH_REPLICA;
  const variable = (end) => process.env["SYMPH_SHARD_" + number + end];
  require("net").createServer((socket) => socket.end("hello from shard " + number + "\\n").resume())
    .listen(Number(variable("_PORT")), variable("_HOST"));`;
