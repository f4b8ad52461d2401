import { expect } from 'vitest';
import { History } from '../../../src/engine/history/history.ts';
import type { ContractHarness } from '../harness.ts';
import type { ContractTest } from '../support/contract-test.ts';

const history = new History();

export function describeHistory(test: ContractTest, harness: ContractHarness): void {
  const main = { group: null, name: 'main' };
  const linesOf = async (name: string, target = main) =>
    (await Array.fromAsync(history.logs(name, [target], { all: true })))
      .filter(({ kind }) => kind === 'line')
      .map(({ text }) => text);

  test('what is deleted leaves its spec, its ends and its logs, with what was written at the end', async ({ lab }) => {
    const dying = 'trap "echo dying; sleep 0.5; echo last words; exit 0" TERM; echo hello; while :; do sleep 0.1; done';
    const trial = await lab.launch({
      processes: { main: { command: dying }, over: { command: 'echo done; exit 3' } },
      groups: { agents: { processes: { agent: { command: 'echo $SYMPH_PROCESS; exit 0' } } } },
    });
    await trial.line(/hello/);
    await trial.until('failed', 'over');
    await trial.until('succeeded', 'agents/agent');
    const { launchId, createdAt } = await lab.cluster.describeExperiment(trial.name);
    expect(await lab.cluster.delete(trial.name)).toEqual({ name: trial.name, leftovers: [] });

    const record = await history.read(trial.name);
    expect(record).toMatchObject({
      name: `${trial.name}.1`,
      experiment: trial.name,
      backend: lab.cluster.backend,
      launchId,
      createdAt,
      how: 'deleted',
      state: 'degraded',
      processes: { total: 3, running: 0, failed: 1, succeeded: 1 },
      notes: [],
      spec: { name: trial.name },
    });
    expect(record.description?.members).toMatchObject([
      { name: 'main', state: 'stopped' },
      { name: 'over', state: 'failed', exitCode: 3, runs: [{ run: 1, exitCode: 3 }] },
      { group: 'agents', name: 'agent', state: 'succeeded', exitCode: 0 },
    ]);
    // A shell may report the signal that it got.
    expect((await linesOf(trial.name)).filter((line) => !/Terminated/.test(line))).toEqual([
      'hello',
      'dying',
      'last words',
    ]);
    expect(await linesOf(trial.name, { group: null, name: 'over' })).toEqual(['done']);
    const times = await Array.fromAsync(history.logs(trial.name, [main], { timestamps: true, tail: 1 }));
    expect(Date.parse(times[0]?.time ?? '')).toBeGreaterThanOrEqual(Date.parse(createdAt) - 1000);
  });

  test('what is replaced is in the history, and can be restored under another name', async ({ lab }) => {
    const trial = await lab.run('echo first; sleep 600');
    await trial.line(/first/);
    await lab.launchSpec(lab.spec({ processes: { main: { command: 'echo second; sleep 600' } } }, trial.name), {
      force: true,
    });
    expect(await history.read(trial.name)).toMatchObject({
      name: `${trial.name}.1`,
      how: 'replaced',
      state: 'running',
    });
    expect(await linesOf(trial.name)).toEqual(['first']);
    const name = lab.name('again');
    await history.restore(trial.name, lab.cluster, { name });
    const signal = AbortSignal.timeout(lab.patience(15) * 1000);
    for await (const { kind, text } of lab.cluster.logs(name, [main], { follow: true, signal })) {
      if (kind === 'notice') continue;
      expect(text).toBe('first');
      break;
    }
  });

  test('two deletes of one experiment at once leave one entry', async ({ lab }) => {
    const trial = await lab.run('echo hello; sleep 600');
    await trial.line(/hello/);
    const other = await lab.open.connect();
    await Promise.allSettled([lab.cluster.delete(trial.name), other.delete(trial.name)]);
    await other.close();
    const entries = (await history.list()).filter(({ experiment }) => experiment === trial.name);
    expect(entries).toHaveLength(1);
  });

  test('values of secrets are not in the history, and are read again for a restore', async ({ lab }) => {
    process.env.HISTORY_TOKEN = 'sesame-of-history';
    const env = { TOKEN: { secret: true, fromEnv: 'HISTORY_TOKEN' } } as const;
    const trial = await lab.run('printf %s "$TOKEN" | wc -c; sleep 600', { env });
    await trial.line(/17/);
    await lab.cluster.delete(trial.name);
    expect(JSON.stringify(await history.read(trial.name))).not.toContain('sesame-of-history');
    delete process.env.HISTORY_TOKEN;
    const error = await history.restore(trial.name, lab.cluster).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid-spec', message: expect.stringContaining('HISTORY_TOKEN') });
    process.env.HISTORY_TOKEN = 'sesame-of-history';
    const restored = await history.restore(trial.name, lab.cluster);
    expect(restored.experiment.name).toBe(trial.name);
    await trial.line(/17/);
    delete process.env.HISTORY_TOKEN;
  });

  const keepsNoRuns = harness.refused.includes('previousOfEnded') || harness.refused.includes('restart');
  test.skipIf(keepsNoRuns)('every run that is kept is in the history', async ({ lab }) => {
    const mark = lab.file(`history-${lab.name('mark')}`);
    const command = `if test -f ${mark}; then echo second; sleep 600; fi; touch ${mark}; echo first; exit 3`;
    const trial = await lab.run(command, { restart: 'on-failure' });
    await trial.line(/second/);
    await lab.cluster.delete(trial.name);
    const lines = await Array.fromAsync(history.logs(trial.name, [main], { all: true }));
    expect(lines.map(({ run, kind, text }) => [run, kind, text])).toEqual([
      [1, 'line', 'first'],
      [2, 'restart', 'run 1 exited with code 3; run 2 begins'],
      [2, 'line', 'second'],
    ]);
  });
}
