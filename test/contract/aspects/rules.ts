import { writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { requireCapability } from '../../../src/engine/client/require-capability.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { ContractHarness } from '../harness.ts';
import type { ContractTest } from '../support/contract-test.ts';
import { type Draft, logsOf, type Trial } from '../support/lab.ts';

/** A command that ends with this code once a file is there. */
const untilFile = (file: string, code = 0) => `until test -f ${file}; do sleep 0.1; done; exit ${code}`;
const forever = 'exec sleep 600';

async function expectStates(trial: Trial, states: Readonly<Record<string, string>>): Promise<void> {
  for (const [target, state] of Object.entries(states)) {
    const { state: found, reason } = await trial.process(target);
    expect([target, found, reason].filter((part) => part !== undefined).join(': ')).toBe(`${target}: ${state}`);
  }
}

export function describeRules(test: ContractTest, harness: ContractHarness): void {
  const refused = new Set(harness.refused);
  const conditions = test.skipIf(refused.has('after'));
  const ends = test.skipIf(refused.has('endsWith'));
  const limits = test.skipIf(refused.has('maxDuration'));

  const main = { command: 'true' };
  const drafts: readonly (readonly [string, Draft])[] = [
    ['processes.main.after', { processes: { other: main, main: { ...main, after: { other: 'ready' } } } }],
    [
      'groups.all.after',
      { processes: { other: main }, groups: { all: { after: { other: 'ready' }, processes: { main } } } },
    ],
    ['endsWith', { endsWith: { processes: ['main'] }, processes: { main } }],
    ['maxDuration', { maxDuration: 60, processes: { main } }],
    ['processes.main.maxDuration', { processes: { main: { ...main, maxDuration: 60 } } }],
  ];
  const impossible = drafts.filter(([path]) => harness.refused.some((field) => path.split('.').at(-1) === field));
  test.for(impossible)('%s is refused, with its place', async ([path, draft], { lab }) => {
    const message = expect.stringContaining(`${path}: `);
    await expect(lab.launch(draft)).rejects.toMatchObject({ code: 'invalid-spec', message });
  });

  conditions('a process waits for another to start, to be ready, to succeed and to end', async ({ lab }) => {
    const [ready, end] = [lab.file('conditions-ready'), lab.file('conditions-end')];
    const command = `until test -f ${ready}; do sleep 0.1; done; echo set; ${untilFile(end)}`;
    const waiting = (condition: 'started' | 'ready' | 'succeeded' | 'ended') =>
      ({ command: forever, after: { main: condition } }) as const;
    const trial = await lab.launch({
      processes: {
        main: { command, ready: { log: 'set' } },
        begun: waiting('started'),
        usable: waiting('ready'),
        done: waiting('succeeded'),
        over: waiting('ended'),
      },
    });
    await trial.until('running', 'begun');
    const waitsForEnd = { done: 'pending: waits for main to succeed', over: 'pending: waits for main to end' };
    await expectStates(trial, { usable: 'pending: waits for main to be ready', ...waitsForEnd });
    await writeFile(ready, '');
    await trial.until('running', 'usable');
    await expectStates(trial, waitsForEnd);
    await writeFile(end, '');
    await trial.until('running', 'done');
    await trial.until('running', 'over');
    for (const target of ['begun', 'usable', 'done', 'over'])
      expect(await trial.process(target)).toMatchObject({ restarts: 0 });
  });

  conditions('a follower of a process that waits begins with its first run', async ({ lab }) => {
    const go = lab.file('follow-go');
    const trial = await lab.launch({
      processes: {
        prepare: { command: untilFile(go) },
        main: { command: 'echo one; echo two', after: { prepare: 'succeeded' } },
      },
    });
    await trial.until(({ reason }) => reason === 'waits for prepare to succeed', 'main');
    const main = { group: null, name: 'main' };
    const lines: string[] = [];
    const following = (async () => {
      // A notice may say what it waits for.
      for await (const { kind, text } of logsOf(lab.cluster, trial.name, [main], { follow: true }))
        if (kind !== 'notice') lines.push(`${kind}: ${text}`);
    })();
    await writeFile(go, '');
    await following;
    expect(lines).toEqual(['line: one', 'line: two']);
  });

  conditions('a follower of a process that is never started ends, and its log is empty', async ({ lab }) => {
    const go = lab.file('follow-never');
    const trial = await lab.launch({
      processes: {
        prepare: { command: untilFile(go, 3) },
        main: { command: 'echo one', after: { prepare: 'succeeded' } },
      },
    });
    await trial.until(({ reason }) => reason === 'waits for prepare to succeed', 'main');
    const following = trial.texts('main', { follow: true });
    await writeFile(go, '');
    expect(await following).toEqual([]);
    expect(await trial.texts('main')).toEqual([]);
  });

  conditions('a group waits as a whole, and a group with replicas is waited for as a whole', async ({ lab }) => {
    const [first, second] = [lab.file('group-first'), lab.file('group-second')];
    const trial = await lab.launch({
      processes: {
        prepare: { command: untilFile(first) },
        report: { command: 'exit 0', after: { workers: 'ended' } },
      },
      groups: {
        workers: { after: { prepare: 'succeeded' }, replicas: 2, processes: { main: { command: untilFile(second) } } },
      },
    });
    await trial.until(({ reason }) => reason === 'waits for prepare to succeed', 'workers-0/main');
    await expectStates(trial, {
      'workers-1/main': 'pending: waits for prepare to succeed',
      report: 'pending: waits for workers-0/main to end and workers-1/main to end',
    });
    await writeFile(first, '');
    await trial.until('running', 'workers-0/main');
    await trial.until('running', 'workers-1/main');
    expect(await trial.process('report')).toMatchObject({ state: 'pending' });
    await writeFile(second, '');
    await trial.until('succeeded', 'report');
  });

  conditions('an experiment runs while a process waits for the end of another', async ({ lab }) => {
    const end = lab.file('experiment-state-end');
    const trial = await lab.launch({
      processes: {
        main: { command: untilFile(end) },
        report: { command: forever, after: { main: 'succeeded' } },
      },
    });
    await trial.until('running');
    const experiment = async () => (await lab.cluster.listExperiments()).find(({ name }) => name === trial.name);
    // It is starting until something keeps its rules.
    await waitFor(async () => (await experiment())?.state !== 'starting', { timeout: lab.patience(15) });
    expect(await trial.process('report')).toMatchObject({ state: 'pending', waits: true });
    expect(await experiment()).toMatchObject({ state: 'running', processes: { total: 2, ready: 1, running: 1 } });
    await writeFile(end, '');
    expect(await trial.until('running', 'report')).not.toHaveProperty('waits');
    expect(await experiment()).toMatchObject({ state: 'running' });
  });

  conditions('a process whose condition can no longer come true is never started, and says why', async ({ lab }) => {
    const trial = await lab.launch({
      processes: {
        prepare: { command: 'exit 3' },
        main: { command: forever, after: { prepare: 'succeeded' } },
        agent: { command: forever, after: { main: 'ready' } },
        report: { command: 'exit 0', after: { agent: 'ended' } },
      },
    });
    await trial.done();
    await expectStates(trial, {
      main: 'stopped: not started: prepare failed (exit code 3)',
      agent: 'stopped: not started: main was not started',
      report: 'succeeded',
    });
    expect(await trial.process('main')).toMatchObject({ restarts: 0, ready: false });
    expect(await trial.process('main')).not.toHaveProperty('startedAt');
  });

  conditions('one that is restarted until it succeeds is waited for', async ({ lab }) => {
    const counter = lab.file('awaited');
    const command = `echo run >> ${counter}; test "$(wc -l < ${counter})" -ge 2`;
    const trial = await lab.launch({
      processes: {
        prepare: { command, restart: 'on-failure' },
        main: { command: 'exit 0', after: { prepare: 'succeeded' } },
      },
    });
    await trial.until('succeeded', 'main', 20);
    expect(await trial.process('prepare')).toMatchObject({ state: 'succeeded', restarts: 1 });
  });

  conditions('a process that waits is given up by a stop, and started at once by a restart', async ({ lab }) => {
    const waits = { command: forever, after: { prepare: 'ended' } } as const;
    const trial = await lab.launch({ processes: { prepare: { command: forever }, main: waits, other: waits } });
    const reference = (name: string) => [{ group: null, name }];
    await requireCapability(lab.cluster, 'stop').stop(trial.name, reference('other'));
    await expectStates(trial, { other: 'stopped: stopped on request' });
    await requireCapability(lab.cluster, 'restart').restart(trial.name, reference('main'));
    await trial.until('running');
  });

  ends('endsWith: its success ends the others by their own signal, and is that of the experiment', async ({ lab }) => {
    const end = lab.file('ends-well');
    const agent = `trap 'echo asked; exit 0' INT; echo set; while :; do sleep 0.1; done`;
    const trial = await lab.launch({
      endsWith: { processes: ['main'] },
      processes: { main: { command: untilFile(end) }, broken: { command: 'exit 5' } },
      groups: { agents: { processes: { agent: { command: agent, replicas: 2, stop: { signal: 'INT' } } } } },
    });
    for (const target of ['agents/agent-0', 'agents/agent-1']) await trial.line(/set/, target);
    await trial.until('failed', 'broken');
    const waiting = lab.cluster.wait(trial.name, { for: 'done', timeout: lab.patience(15) });
    await writeFile(end, '');
    const { experiment } = await waiting;
    const reason = 'main ended the experiment';
    expect(experiment).toMatchObject({ state: 'succeeded', outcome: 'succeeded', reason });
    await expectStates(trial, { 'agents/agent-0': `stopped: ${reason}`, 'agents/agent-1': `stopped: ${reason}` });
    if (!refused.has('stopSignal')) expect(await trial.texts('agents/agent-1')).toEqual(['set', 'asked']);
  });

  ends('endsWith: its failure is that of the experiment', async ({ lab }) => {
    const trial = await lab.launch({
      endsWith: { processes: ['main'] },
      processes: { main: { command: 'sleep 0.5; exit 3' }, agent: { command: forever, stop: { timeout: 1 } } },
    });
    const waiting = lab.cluster.wait(trial.name, { for: 'done', timeout: lab.patience(15) });
    const reason = 'main failed (exit code 3), which ended the experiment';
    await expect(waiting).rejects.toMatchObject({
      code: 'failed',
      message: `Experiment ${trial.name} failed: ${reason}.`,
    });
    await expectStates(trial, { agent: `stopped: ${reason}` });
  });

  ends('endsWith: the delay lets the others end by themselves', async ({ lab }) => {
    const end = lab.file('ends-delayed');
    const trial = await lab.launch({
      endsWith: { processes: ['main'], delay: lab.patience(3) },
      processes: {
        main: { command: untilFile(end) },
        soon: { command: `until test -f ${end}; do sleep 0.1; done; sleep 0.5; exit 0` },
        never: { command: forever, stop: { timeout: 1 } },
      },
    });
    await trial.until('running', 'never');
    await writeFile(end, '');
    const { finishedAt } = await trial.until('succeeded');
    await trial.done(30);
    await expectStates(trial, { soon: 'succeeded', never: 'stopped: main ended the experiment' });
    const stopped = Date.parse((await trial.process('never')).finishedAt ?? '') - Date.parse(finishedAt ?? '');
    expect(stopped).toBeGreaterThan(lab.patience(3) * 1000 - 1_500);
  });

  limits('maxDuration of a process ends each of its runs as failed', async ({ lab }) => {
    const trial = await lab.launch({
      processes: {
        main: { command: forever, maxDuration: 2, stop: { timeout: 1 } },
        ...(refused.has('restart')
          ? {}
          : { again: { command: forever, maxDuration: 1, restart: 'on-failure', stop: { timeout: 1 } } }),
        short: { command: 'exit 0', maxDuration: 60 },
      },
    });
    expect(await trial.until('failed')).toMatchObject({ reason: 'ran longer than 2s', restarts: 0 });
    if (!refused.has('restart')) {
      await trial.until(({ restarts, state }) => restarts >= 1 && state === 'backoff', 'again', 20);
      const { members } = await lab.cluster.describeExperiment(trial.name);
      const again = members.find(({ name }) => name === 'again');
      const ended = again?.runs.findLast(({ finishedAt }) => finishedAt !== undefined);
      expect(ended).toMatchObject({ reason: 'ran longer than 1s' });
    }
    await expectStates(trial, { short: 'succeeded' });
  });

  limits('maxDuration of the experiment ends it as failed', async ({ lab }) => {
    const trial = await lab.launch({
      maxDuration: 2 * harness.slowness,
      processes: {
        main: { command: forever, stop: { timeout: 1 } },
        ...(refused.has('after') ? {} : { late: { command: forever, after: { main: 'ended' } } }),
      },
    });
    const reason = `ran longer than ${2 * harness.slowness}s`;
    const waiting = lab.cluster.wait(trial.name, { for: 'done', timeout: lab.patience(20) });
    await expect(waiting).rejects.toMatchObject({ message: `Experiment ${trial.name} failed: ${reason}.` });
    await expectStates(trial, { main: `stopped: the experiment ${reason}` });
    if (!refused.has('after')) await expectStates(trial, { late: `stopped: not started: the experiment ${reason}` });
  });

  test.skipIf(refused.has('after') || refused.has('onFailure'))(
    'onFailure: stop gives up what waits',
    async ({ lab }) => {
      const trial = await lab.launch({
        onFailure: 'stop',
        processes: {
          main: { command: 'sleep 0.5; exit 6' },
          busy: { command: forever, stop: { timeout: 1 } },
          late: { command: forever, after: { busy: 'ended' } },
        },
      });
      await trial.done();
      await expectStates(trial, { late: 'stopped: not started: main failed (exit code 6)' });
      const [row] = (await lab.cluster.listExperiments()).filter(({ name }) => name === trial.name);
      expect(row).toMatchObject({ state: 'failed', outcome: 'failed', reason: 'main failed (exit code 6)' });
    },
  );
}
