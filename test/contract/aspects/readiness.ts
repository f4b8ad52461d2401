import { expect } from 'vitest';
import { formatProcess } from '../../../src/engine/contract/status.ts';
import type { ContractHarness } from '../harness.ts';
import type { ContractTest } from '../support/contract-test.ts';
import type { Lab } from '../support/lab.ts';
import { listenOn } from '../support/programs.ts';

export function describeReadiness(test: ContractTest, harness: ContractHarness): void {
  test('by default a process is ready once every service it binds is listening', async ({ lab }) => {
    const command = listenOn(harness.node, ['SYMPH_ONE', 'SYMPH_TWO'], { delay: 700 });
    const spec = lab.spec({ processes: { main: { command, bind: { one: null, two: null } } } });
    const seen = await statesOf(lab, spec.name);
    const trial = await lab.launchSpec(spec);
    expect(await trial.until('running')).toMatchObject({ ready: true });
    expect(await seen.end()).toEqual(['starting', 'running']);
  });

  test('a process stays starting while one of its services does not listen, and says why', async ({ lab }) => {
    const command = listenOn(harness.node, ['SYMPH_ONE'], { delay: 0 });
    const trial = await lab.run(command, { bind: { one: null, two: null } });
    await trial.line(/listening on 1/);
    await expect(lab.cluster.wait(trial.name, { for: 'ready', timeout: 1.5 })).rejects.toMatchObject({
      code: 'timeout',
    });
    const { ports } = await trial.until(({ reason }) => reason !== undefined);
    expect(await trial.process()).toMatchObject({
      state: 'starting',
      ready: false,
      reason: expect.stringMatching(new RegExp(`${ports.two}.*service two`)),
    });
  });

  test('a process that binds nothing is running once it started', async ({ lab }) => {
    const trial = await lab.run(['sleep', '600']);
    expect(await trial.until('running')).toMatchObject({ ready: true });
  });

  test('ready: started does not wait for services', async ({ lab }) => {
    const trial = await lab.run(['sleep', '600'], { bind: { never: null }, ready: 'started' });
    expect(await trial.until('running')).toMatchObject({ ready: true });
  });

  test('ready by one of its services alone', async ({ lab }) => {
    const command = listenOn(harness.node, ['SYMPH_TWO'], { delay: 0 });
    const trial = await lab.run(command, { bind: { one: null, two: null }, ready: { service: 'two' } });
    expect(await trial.until('running')).toMatchObject({ ready: true });
  });

  test('ready by a line of its log', async ({ lab }) => {
    const command = 'echo model loading; sleep 0.7; echo model 42 loaded; sleep 600';
    const spec = lab.spec({ processes: { main: { command, ready: { log: '^model \\d+ loaded$' } } } });
    const seen = await statesOf(lab, spec.name);
    const trial = await lab.launchSpec(spec);
    await trial.until('running');
    expect(await trial.texts()).toEqual(['model loading', 'model 42 loaded']);
    expect(await seen.end()).toEqual(['starting', 'running']);
  });

  test('ready by a command, run with its environment and in its folder', async ({ lab }) => {
    const fields = { env: { MARK: 'mark-1' }, startDir: lab.open.scratch };
    const command = 'sleep 0.7; touch "$SYMPH_ID-$MARK"; sleep 600';
    const ready = { command: 'test -f "./$SYMPH_ID-mark-1" && test "$MARK" = mark-1' };
    const spec = lab.spec({ processes: { main: { ...fields, command, ready } } });
    const seen = await statesOf(lab, spec.name);
    const trial = await lab.launchSpec(spec);
    await trial.until('running');
    expect(await seen.end()).toEqual(['starting', 'running']);
  });

  test('a failing command and a missing line are given as reasons, until the process is ready', async ({ lab }) => {
    const go = lab.file('ready-go');
    const trial = await lab.launch({
      processes: {
        main: { command: 'sleep 600', ready: { command: `test -f ${go}` } },
        silent: {
          command: `until test -f ${go}; do sleep 0.2; done; echo here I am; sleep 600`,
          ready: { log: '^here' },
        },
      },
    });
    await trial.until(({ state, reason }) => state === 'starting' && /readiness command/.test(reason ?? ''));
    await trial.until(({ state, reason }) => state === 'starting' && /\/\^here\//.test(reason ?? ''), 'silent');
    const starter = await lab.launch({ processes: { main: { command: `touch ${go}` } } });
    await starter.until('succeeded');
    for (const target of ['main', 'silent']) {
      const { reason } = await trial.until('running', target);
      expect(reason).toBeUndefined();
    }
  });

  test('ready by a command given as an argv', async ({ lab }) => {
    const ready = { command: ['test', '-f', lab.file('argv ready')] };
    const trial = await lab.run(`touch "${lab.file('argv ready')}"; sleep 600`, { ready });
    await trial.until('running');
  });
}

/** The states of `main` that a watch reports, without repetition, up to `running`. Resolves once the watch has begun. */
async function statesOf(lab: Lab, experiment: string) {
  const begun = Promise.withResolvers<void>();
  const states: string[] = [];
  const read = async () => {
    for await (const event of lab.cluster.watch({ signal: AbortSignal.timeout(lab.patience(30) * 1000) })) {
      if (event.type === 'snapshot') begun.resolve();
      if (event.type !== 'changed' || event.experiment.name !== experiment) continue;
      for (const { state } of event.processes.filter((status) => formatProcess(status) === 'main')) {
        if (state !== states.at(-1)) states.push(state);
        if (state === 'running') return states.filter((seen) => seen !== 'pending');
      }
    }
    return states;
  };
  const reading = read();
  await begun.promise;
  return { end: () => reading };
}
