import { expect } from 'vitest';
import { formatProcess } from '../../../src/engine/contract/status.ts';
import type { ContractTest } from '../support/contract-test.ts';

const quiet = { command: ['sleep', '600'] };

export function describeLaunching(test: ContractTest): void {
  test('a launched experiment can be listed, described and read back as it was declared', async ({ lab }) => {
    const trial = await lab.launch({
      processes: { learner: { ...quiet, bind: { replay: null } }, tail: quiet },
      groups: { agents: { processes: { agent: { ...quiet, replicas: 2, connect: ['replay'] } } } },
    });
    const names = ['learner', 'tail', 'agents/agent-0', 'agents/agent-1'];

    expect(trial.launched.experiment).toMatchObject({ name: trial.name, backend: lab.cluster.backend });
    expect(trial.launched.processes.map(formatProcess)).toEqual(names);
    const listed = (await lab.cluster.listExperiments()).find(({ name }) => name === trial.name);
    expect(listed).toMatchObject({ backend: lab.cluster.backend, processes: { total: 4, failed: 0, succeeded: 0 } });
    expect(Date.parse(listed?.createdAt ?? '')).toBeLessThanOrEqual(Date.now() + 1000);
    expect(listed?.services.map(({ name, kind }) => ({ name, kind }))).toEqual([{ name: 'replay', kind: 'bind' }]);

    const processes = await lab.cluster.listProcesses(trial.name);
    expect(processes.map(formatProcess)).toEqual(names);
    const replay = listed?.services[0]?.port;
    expect(replay).toEqual(expect.any(Number));
    expect(processes.map(({ ports }) => ports)).toEqual([{ replay }, {}, {}, {}]);
    for (const status of processes) {
      expect(status).toMatchObject({ experiment: trial.name, restarts: 0, command: quiet.command });
    }

    const description = await lab.cluster.describeExperiment(trial.name);
    expect(description).toMatchObject({ name: trial.name, spec: trial.spec });
    expect(description.launchId).not.toBe('');
    expect(description.location).not.toBe('');
    expect(description.members.map(formatProcess)).toEqual(names);
    expect(description.members.map(({ bind }) => bind)).toEqual([['replay'], [], [], []]);
    expect(description.members.map(({ connect }) => connect)).toEqual([[], [], ['replay'], ['replay']]);
    expect(await lab.cluster.spec(trial.name)).toEqual(trial.spec);
  });

  test('another client of the cluster sees the same', async ({ lab }) => {
    const trial = await lab.run(quiet.command);
    await trial.until('running');
    const other = await lab.open.connect();
    expect(await other.listProcesses(trial.name)).toEqual(await lab.cluster.listProcesses(trial.name));
    expect(await other.spec(trial.name)).toEqual(trial.spec);
    await other.close();
    expect((await trial.process()).state).toBe('running');
  });

  test('an unknown experiment is not found', async ({ lab }) => {
    const name = lab.name('absent');
    const notFound = expect.objectContaining({ code: 'not-found', message: expect.stringContaining(name) });
    await expect(lab.cluster.listProcesses(name)).rejects.toEqual(notFound);
    await expect(lab.cluster.describeExperiment(name)).rejects.toEqual(notFound);
    await expect(lab.cluster.spec(name)).rejects.toEqual(notFound);
    await expect(lab.cluster.findProcess(name, 'main')).rejects.toEqual(notFound);
    await expect(Array.fromAsync(lab.cluster.logs(name, [{ group: null, name: 'main' }]))).rejects.toEqual(notFound);
  });

  test('launching over an existing experiment is refused and leaves it unchanged', async ({ lab }) => {
    const trial = await lab.run(quiet.command);
    const before = await trial.until('running');
    await expect(lab.launchSpec(trial.spec)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(trial.name),
    });
    const after = await trial.process();
    expect(after).toMatchObject({ state: 'running', restarts: 0, startedAt: before.startedAt });
  });

  test('force replaces the existing experiment completely', async ({ lab }) => {
    const trial = await lab.launch({ processes: { main: quiet, gone: quiet } });
    await trial.until('running');
    const { launchId } = await lab.cluster.describeExperiment(trial.name);
    const spec = lab.spec({ processes: { main: { command: ['sleep', '601'] } } }, trial.name);
    const replaced = await lab.launchSpec(spec, { force: true });
    expect(await replaced.until('running')).toMatchObject({ command: ['sleep', '601'], restarts: 0 });
    expect((await lab.cluster.listProcesses(trial.name)).map(formatProcess)).toEqual(['main']);
    const description = await lab.cluster.describeExperiment(trial.name);
    expect(description.launchId).not.toBe(launchId);
    expect(description.spec).toEqual(spec);
    expect(await lab.open.leftovers(launchId)).toEqual([]);
  });

  test('force ends the existing experiment only for a launch that can take its place', async ({ lab }) => {
    const trial = await lab.run(quiet.command);
    const before = await trial.until('running');
    const { launchId } = await lab.cluster.describeExperiment(trial.name);
    const missing = { ...quiet, secrets: ['/no/such/secret-file'] };
    await expect(
      lab.launchSpec(lab.spec({ processes: { main: missing } }, trial.name), { force: true }),
    ).rejects.toMatchObject({ message: expect.stringContaining('/no/such/secret-file') });
    expect(await trial.process()).toMatchObject({ state: 'running', restarts: 0, startedAt: before.startedAt });
    expect((await lab.cluster.describeExperiment(trial.name)).launchId).toBe(launchId);
  });

  test('of two launches of one name at once, exactly one wins', async ({ lab }) => {
    const name = lab.name();
    const specs = ['600', '601'].map((seconds) =>
      lab.spec({ processes: { main: { command: ['sleep', seconds] }, other: quiet } }, name),
    );
    const clients = [lab.cluster, await lab.open.connect()];
    const results = await Promise.allSettled(specs.map((spec, index) => (clients[index] ?? lab.cluster).launch(spec)));
    const winner = results.findIndex(({ status }) => status === 'fulfilled');
    const loser = results[1 - winner];
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(loser).toMatchObject({ reason: { code: 'conflict' } });
    expect(await lab.cluster.spec(name)).toEqual(specs[winner]);
    expect(await lab.cluster.listProcesses(name)).toHaveLength(2);
    await clients[1]?.close();
  });

  test('a launch that is aborted at once leaves nothing', async ({ lab }) => {
    const spec = lab.spec({ processes: { main: quiet } });
    const signal = AbortSignal.abort();
    await expect(lab.cluster.launch(spec, { signal })).rejects.toMatchObject({ code: 'interrupted' });
    expect((await lab.cluster.listExperiments()).map(({ name }) => name)).not.toContain(spec.name);
  });

  test('30 processes at once', async ({ lab }) => {
    const trial = await lab.launch({ processes: { worker: { ...quiet, replicas: 30, bind: { port: null } } } });
    const ports = Object.values((await lab.cluster.describeExperiment(trial.name)).services).map(({ port }) => port);
    expect(ports).toHaveLength(30);
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => trial.until(({ state }) => state === 'starting', `worker-${index}`)),
    );
    const listed = (await lab.cluster.listExperiments()).find(({ name }) => name === trial.name);
    expect(listed).toMatchObject({ state: 'starting', processes: { total: 30, ready: 0, running: 30 } });
  });

  test('names may be as long as the naming rules allow', async ({ lab }) => {
    const longest = (name: string, length = 63) => name.padEnd(length, 'x');
    const processName = longest('process', 61);
    const service = longest('service');
    const name = lab.longestName();
    const trial = await lab.launchSpec(
      lab.spec(
        {
          groups: {
            [longest('group')]: {
              processes: {
                [processName]: { command: 'echo "$SYMPH_PROCESS"; sleep 600', replicas: 2 },
                server: { ...quiet, bind: { [service]: null }, ready: 'started' },
              },
            },
          },
        },
        name,
      ),
    );
    const target = `${longest('group')}/${processName}-1`;
    await trial.until('running', target);
    expect(await trial.line(/process/, target)).toBe(`${processName}-1`);
    expect((await lab.cluster.describeExperiment(name)).services.map((known) => known.name)).toEqual([service]);
  });

  test('targets are found exactly, by prefix and by substring', async ({ lab }) => {
    const trial = await lab.launch({
      processes: { agent: quiet, learner: quiet },
      groups: { east: { processes: { 'agent-x': quiet } }, west: { processes: { 'agent-x': quiet } } },
    });
    const find = async (target: string) => formatProcess(await lab.cluster.findProcess(trial.name, target));
    expect(await find('agent')).toBe('agent');
    expect(await find('lea')).toBe('learner');
    expect(await find('arne')).toBe('learner');
    expect(await find('west/agent-x')).toBe('west/agent-x');
    await expect(find('agent-x')).rejects.toMatchObject({ code: 'ambiguous' });
    await expect(find('nobody')).rejects.toMatchObject({ code: 'not-found' });
  });
}
