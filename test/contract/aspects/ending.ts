import { expect } from 'vitest';
import { requireCapability } from '../../../src/engine/client/require-capability.ts';
import type { CapabilityName } from '../../../src/engine/contract/capabilities.ts';
import type { ContractHarness } from '../harness.ts';
import type { ContractTest } from '../support/contract-test.ts';

const main = { group: null, name: 'main' };

const capabilityNames = Object.keys({
  restart: true,
  stop: true,
  scale: true,
  exec: true,
  shell: true,
  attach: true,
  copy: true,
  visit: true,
  metrics: true,
  events: true,
  check: true,
  logBytes: true,
} satisfies Record<CapabilityName, true>) as CapabilityName[];

export function describeEnding(test: ContractTest, harness: ContractHarness): void {
  const can = new Set(harness.capabilities);
  const takesSignals = !harness.refused.includes('stopSignal');
  const stopTest = test.skipIf(!can.has('stop'));
  const restartTest = test.skipIf(!can.has('restart'));
  const restart = harness.refused.includes('restart') ? 'never' : 'always';

  test('the cluster offers exactly the capabilities that its harness declares', ({ lab }) => {
    const offered = Object.entries(lab.cluster.capabilities).flatMap(([name, it]) => (it === undefined ? [] : [name]));
    expect(offered.sort()).toEqual([...harness.capabilities].sort());
    for (const name of capabilityNames) {
      if (can.has(name)) expect(requireCapability(lab.cluster, name)).toBe(lab.cluster.capabilities[name]);
      else expect(() => requireCapability(lab.cluster, name)).toThrow(`The ${lab.cluster.backend} backend `);
    }
  });

  stopTest('a stopped process stays stopped, whatever its restart policy', async ({ lab }) => {
    const fields = { command: ['sleep', '600'], restart } as const;
    const trial = await lab.launch({ processes: { main: fields, other: fields } });
    await trial.until('running');
    const other = await trial.until('running', 'other');
    await requireCapability(lab.cluster, 'stop').stop(trial.name, [main]);
    expect(await trial.process()).toMatchObject({ state: 'stopped', ready: false, restarts: 0 });
    expect(await trial.process('other')).toEqual(other);
  });

  stopTest('a stop also ends everything that the process started', async ({ lab }) => {
    const trial = await lab.run('(trap "" TERM HUP; echo child; sleep 601) & sleep 602 & wait', {
      stop: { timeout: 1 },
    });
    await trial.line(/child/);
    await requireCapability(lab.cluster, 'stop').stop(trial.name, [main]);
    expect(await trial.process()).toMatchObject({ state: 'stopped' });
    const { launchId } = await lab.cluster.describeExperiment(trial.name);
    expect(await lab.open.leftovers(launchId)).toEqual([]);
  });

  test.skipIf(!can.has('stop') || restart === 'never')('a process in backoff can be stopped', async ({ lab }) => {
    const trial = await lab.run('exit 1', { restart });
    await trial.until(({ state, restarts }) => state === 'backoff' && restarts >= 1);
    await requireCapability(lab.cluster, 'stop').stop(trial.name, [main]);
    expect((await trial.process()).state).toBe('stopped');
  });

  stopTest.for(takesSignals ? (['TERM', 'INT', 'HUP', 'QUIT', 'USR1'] as const) : (['TERM'] as const))(
    'a process is stopped with the signal it asks for: %s',
    async (signal, { lab }) => {
      const program = `process.on('SIG${signal}', () => { console.log('got ${signal}'); process.exit(0); });
      console.log('set'); setInterval(() => {}, 1000);`;
      const trial = await lab.run([harness.node, '-e', program], { stop: { signal } });
      await trial.line(/set/);
      await requireCapability(lab.cluster, 'stop').stop(trial.name, [main]);
      expect(await trial.texts()).toEqual(['set', `got ${signal}`]);
      expect(await trial.process()).toMatchObject({ state: 'stopped' });
    },
  );

  test.skipIf(!can.has('stop') || !takesSignals)('an unhandled stop signal ends the process', async ({ lab }) => {
    // The stop timeout exceeds the time limit of the test, so only the signal can end the process in time.
    const trial = await lab.run(['sleep', '600'], { stop: { signal: 'INT', timeout: 600 } });
    await trial.until('running');
    await requireCapability(lab.cluster, 'stop').stop(trial.name, [main]);
    expect(await trial.process()).toMatchObject({ state: 'stopped' });
  });

  stopTest('a process that ignores its stop signal is killed after its timeout, not before', async ({ lab }) => {
    const trial = await lab.run('trap "" TERM; echo deaf; while :; do sleep 0.2; done', { stop: { timeout: 1.5 } });
    await trial.line(/deaf/);
    const before = performance.now();
    await requireCapability(lab.cluster, 'stop').stop(trial.name, [main]);
    expect((performance.now() - before) / 1000).toBeGreaterThan(1.4);
    expect(await trial.process()).toMatchObject({ state: 'stopped' });
  });

  stopTest('stopping a process that is not there is refused, and stops nothing', async ({ lab }) => {
    const trial = await lab.run(['sleep', '600']);
    await trial.until('running');
    const stop = requireCapability(lab.cluster, 'stop').stop(trial.name, [main, { group: null, name: 'nobody' }]);
    await expect(stop).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('nobody') });
    expect(await trial.process()).toMatchObject({ state: 'running' });
  });

  restartTest('a restart begins the next run of a running process', async ({ lab }) => {
    const trial = await lab.run('echo "run of $SYMPH_ID"; sleep 600');
    await trial.line(/run/);
    const before = await trial.until('running');
    await requireCapability(lab.cluster, 'restart').restart(trial.name, [main]);
    const after = await trial.until(({ state, restarts }) => state === 'running' && restarts === 1);
    expect(Date.parse(after.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(before.startedAt ?? ''));
    await trial.line(/run/);
    const lines = (await trial.logs(['main'], { all: true })).filter(({ kind }) => kind === 'line');
    expect(lines.map(({ run }) => run)).toEqual([1, 2]);
    expect(new Set(lines.map(({ text }) => text)).size).toBe(1);
  });

  restartTest('a process that has ended can be restarted', async ({ lab }) => {
    const once = lab.file('once');
    const trial = await lab.run(`if test -f ${once}; then sleep 600; fi; touch ${once}; exit 1`);
    await trial.until('failed');
    await requireCapability(lab.cluster, 'restart').restart(trial.name, [main]);
    const running = await trial.until('running');
    expect(running).toMatchObject({ restarts: 1 });
    expect(running).not.toHaveProperty('exitCode');
    expect(running).not.toHaveProperty('finishedAt');
  });

  test.skipIf(!can.has('stop') || !can.has('restart'))(
    'a process that was stopped can be restarted',
    async ({ lab }) => {
      const trial = await lab.run(['sleep', '600']);
      await trial.until('running');
      await requireCapability(lab.cluster, 'stop').stop(trial.name, [main]);
      await requireCapability(lab.cluster, 'restart').restart(trial.name, [main]);
      expect(await trial.until('running')).toMatchObject({ restarts: 1 });
    },
  );

  restartTest('restarting what is not there is refused', async ({ lab }) => {
    const trial = await lab.run(['sleep', '600']);
    const capability = requireCapability(lab.cluster, 'restart');
    const notFound = expect.objectContaining({ code: 'not-found' });
    await expect(capability.restart(trial.name, [{ group: 'g', name: 'main' }])).rejects.toEqual(notFound);
    await expect(capability.restart(lab.name('absent'), [main])).rejects.toEqual(notFound);
  });
}
