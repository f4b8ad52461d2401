import { expect } from 'vitest';
import { registeredBackends } from '../../../src/engine/contract/backend-registry.ts';
import type { ProcessFacts } from '../../../src/engine/contract/extensions.ts';
import type { ProcessStatus } from '../../../src/engine/contract/status.ts';
import type { ContractTest } from '../support/contract-test.ts';

/** The fields of a status that every backend may fill in. */
const commonFields = Object.keys({
  experiment: true,
  group: true,
  name: true,
  state: true,
  ready: true,
  restarts: true,
  reason: true,
  waits: true,
  blocked: true,
  exitCode: true,
  signal: true,
  startedAt: true,
  finishedAt: true,
  until: true,
  ports: true,
  cpu: true,
  memory: true,
  gpu: true,
  gpuMemory: true,
  command: true,
} satisfies Record<Exclude<keyof ProcessStatus, keyof ProcessFacts>, true>);

export function describeStates(test: ContractTest): void {
  test('a process that ends with 0 has succeeded', async ({ lab }) => {
    const trial = await lab.run('exit 0');
    const status = await trial.until('succeeded');
    expect(status).toMatchObject({ exitCode: 0, ready: false, restarts: 0 });
    expect(status.signal).toBeUndefined();
    const [started, finished] = [status.startedAt, status.finishedAt].map((time) => Date.parse(time ?? ''));
    expect(started).toBeLessThanOrEqual(finished ?? 0);
    const { experiment } = await lab.cluster.wait(trial.name, { for: 'done' });
    expect(experiment).toMatchObject({ state: 'succeeded', processes: { total: 1, succeeded: 1, running: 0 } });
  });

  test('a process that ends with another code has failed, with that code and in words', async ({ lab }) => {
    const trial = await lab.launch({ processes: { main: { command: 'exit 7' }, other: { command: 'sleep 600' } } });
    const status = await trial.until('failed');
    expect(status).toMatchObject({ exitCode: 7, ready: false });
    expect(status.reason).toMatch(/\b7\b/);
    await trial.until('running', 'other');
    const listed = (await lab.cluster.listExperiments()).find(({ name }) => name === trial.name);
    expect(listed).toMatchObject({ state: 'degraded', processes: { total: 2, failed: 1, running: 1 } });
  });

  test.for(['KILL', 'SEGV', 'TERM'])(
    'a process killed by SIG%s has failed, and its reason says so',
    async (signal, { lab }) => {
      const trial = await lab.run(`kill -${signal} $$; sleep 60`);
      const status = await trial.until('failed');
      expect(status.reason).toMatch(new RegExp(`SIG${signal}`));
      const number = { KILL: 9, SEGV: 11, TERM: 15 }[signal] ?? Number.NaN;
      expect([`SIG${signal}`, 128 + number]).toContain(status.signal ?? status.exitCode);
    },
  );

  test('exit codes above 128 are no proof of a signal', async ({ lab }) => {
    const trial = await lab.run('exit 200');
    expect(await trial.until('failed')).toMatchObject({ exitCode: 200 });
    expect((await trial.process()).signal).toBeUndefined();
  });

  test.for([
    ['no such command', ['/no/such/program', 'x']],
    ['a folder as the command', ['/etc']],
    ['a file that is no program', ['/etc/passwd']],
  ] as const)('a process that cannot be started has failed, with the reason: %s', async ([, command], { lab }) => {
    const trial = await lab.launch({ processes: { main: { command }, other: { command: 'sleep 600' } } });
    const status = await trial.until('failed');
    expect(status.reason).toContain(command[0]);
    await trial.until('running', 'other');
  });

  test('beyond the common fields, a status has only facts that the backend’s definition names', async ({ lab }) => {
    const trial = await lab.launch({ processes: { main: { command: 'sleep 600' }, over: { command: 'exit 1' } } });
    const statuses = [await trial.until('running'), await trial.until('failed', 'over')];
    const facts = registeredBackends().get(lab.cluster.backend)?.facts ?? [];
    const known = new Set([...commonFields, ...facts.map(({ name }) => name)]);
    expect(statuses.flatMap((status) => Object.keys(status)).filter((field) => !known.has(field))).toEqual([]);
  });

  test('an experiment that is over is listed until it is deleted', async ({ lab }) => {
    const trial = await lab.launch({ processes: { good: { command: 'exit 0' }, bad: { command: 'exit 1' } } });
    await trial.done();
    const listed = (await lab.cluster.listExperiments()).find(({ name }) => name === trial.name);
    expect(listed).toMatchObject({ state: 'failed', processes: { total: 2, failed: 1, succeeded: 1, running: 0 } });
    await expect(lab.launchSpec(trial.spec)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('the runs of a process are described', async ({ lab }) => {
    const trial = await lab.run('exit 3');
    await trial.until('failed');
    const [main] = (await lab.cluster.describeExperiment(trial.name)).members;
    expect(main?.runs).toEqual([expect.objectContaining({ run: 1, exitCode: 3 })]);
    expect(main?.runs[0]?.finishedAt).toEqual((await trial.process()).finishedAt);
  });
}
