import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LocalRunner } from '../../../src/backends/local/local-runner.ts';
import { ManagedExperiment } from '../../../src/backends/supervision/experiment/managed-experiment.ts';
import { backendFolder } from '../../../src/backends/supervision/records/experiment-folder.ts';
import { FaultBarrier } from '../../../src/backends/supervision/runs/fault-barrier.ts';
import { Supervisor } from '../../../src/backends/supervision/supervisor/supervisor.ts';
import { parseSpec } from '../../../src/engine/spec/parse-spec.ts';
import { type TemporaryHome, temporaryHome } from '../../support/temporary-home.ts';
import { waitFor } from '../../support/wait-for.ts';

/** Runs in this process, with real keepers and processes, so that a fault can be injected into one experiment. */
let place: TemporaryHome;
let supervisor: Supervisor;

beforeEach(async () => {
  place = await temporaryHome();
  vi.stubEnv('SYMPHONY_HOME', place.home);
  supervisor = newSupervisor();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await supervisor.close();
  vi.unstubAllEnvs();
  await place.remove();
});

function newSupervisor(): Supervisor {
  return new Supervisor({ runners: { local: new LocalRunner() }, onIdle: () => undefined });
}

async function launch(name: string, main: object): Promise<void> {
  const spec = parseSpec({ name, processes: { [`${name}-main`]: main } }, { baseDir: place.folder });
  const shell = { environment: { PATH: process.env.PATH ?? '', PLACE: place.folder }, umask: 0o077, secretValues: {} };
  await supervisor.accept({ backend: 'local', spec, shell, force: false, options: {} }, new AbortController().signal);
}

async function row(name: string) {
  return (await supervisor.list('local')).find((experiment) => experiment.name === name);
}

async function main(name: string) {
  return (await supervisor.snapshot('local', name)).processes[0];
}

/** Waits for a condition, and calls `poll` as the supervisor's program does, but more often. */
function until(condition: () => Promise<boolean>, what: string): Promise<unknown> {
  const look = async () => {
    await supervisor.poll();
    return (await condition()) || undefined;
  };
  return waitFor(look, { what, timeout: 30 });
}

/** Makes a step of the experiment `bad` throw until the end of the test. */
function injectFault(fault: RegExp): { hits: number } {
  const seen = { hits: 0 };
  const bad = new WeakSet<FaultBarrier>();
  const inject = (barrier: FaultBarrier, step: string) => {
    if (step.includes('bad-main')) bad.add(barrier);
    if (!bad.has(barrier) || !fault.test(step)) return;
    seen.hits += 1;
    throw new Error('injected');
  };
  const { run, runAsync } = FaultBarrier.prototype;
  vi.spyOn(FaultBarrier.prototype, 'run').mockImplementation(function (this: FaultBarrier, step, action) {
    return run.call(this, step, () => {
      inject(this, step);
      return action();
    });
  });
  vi.spyOn(FaultBarrier.prototype, 'runAsync').mockImplementation(function (this: FaultBarrier, step, action) {
    return runAsync.call(this, step, async () => {
      inject(this, step);
      return action();
    });
  });
  return seen;
}

/** Each run prints that it began, and fails a moment later. */
const restless = {
  command: 'echo begun; sleep 1; exit 1',
  restart: 'always',
  maxDuration: 3600,
  bind: ['web'],
  ready: { log: 'begun' },
};

describe('a fault in one experiment', () => {
  test.each([
    ['when a run starts', /^noting the start of/],
    ['when a run ends', /^noting the exit of/],
    ['in a check of readiness', /^checking whether .* is ready$/],
    ['when a process becomes ready', /^noting that .* is ready$/],
    ['in a check of which processes are ready', /^checking which processes are ready$/],
    ['in the timer of restarts', /^restarting its processes$/],
    ['in the trimming of a log', /^trimming the log/],
    ['when its changes are announced', /^notifying of its changes$/],
    ['when ports are released', /^releasing what it no longer uses$/],
    ['when its rules are applied', /^applying its rules$/],
    ['when notices are due', /^looking for notices$/],
    ['when its processes are checked', /^checking its processes$/],
  ])('%s affects only that experiment: the other is restarted, and both are listed and deleted', async (_, fault) => {
    const seen = injectFault(fault);
    await launch('bad', restless);
    await launch('good', restless);
    await until(async () => seen.hits > 0, 'the fault to happen');
    await until(async () => ((await main('good'))?.restarts ?? 0) >= 1, 'the other experiment to be restarted');
    expect((await supervisor.runtime('local', 'bad')).notes.join()).toContain('injected');
    expect((await supervisor.runtime('local', 'good')).notes).toEqual([]);
    expect((await supervisor.list('local')).map(({ name }) => name)).toEqual(['bad', 'good']);
    expect(await supervisor.delete('local', 'bad')).toEqual({ leftovers: [], notes: [] });
    expect(await supervisor.delete('local', 'good')).toEqual({ leftovers: [], notes: [] });
    await place.expectNothingLeft();
  });

  test('while its state is written affects only that experiment, too', async () => {
    await launch('bad', restless);
    await launch('good', restless);
    const state = join(backendFolder('local'), 'bad', 'state.json');
    await rm(state);
    await mkdir(state);
    await until(async () => ((await main('good'))?.restarts ?? 0) >= 1, 'the other experiment to be restarted');
    await until(async () => /cannot be started/.test((await main('bad'))?.reason ?? ''), 'the fault to show');
    expect(await supervisor.delete('local', 'bad')).toEqual({ leftovers: [], notes: [] });
    expect(await supervisor.delete('local', 'good')).toEqual({ leftovers: [], notes: [] });
    await place.expectNothingLeft();
  });

  test('that prevents the end of a run from being recorded leaves the process lost, with the reason', async () => {
    injectFault(/^noting the exit of/);
    await launch('bad', { command: 'exit 3' });
    await until(async () => (await main('bad'))?.state === 'lost', 'the process to be lost');
    expect(await main('bad')).toMatchObject({ reason: expect.stringMatching(/exit code 3.*injected/) });
    vi.restoreAllMocks();
    await until(async () => (await main('bad'))?.state === 'failed', 'its end to be recorded after all');
    expect(await main('bad')).toMatchObject({ exitCode: 3 });
  });

  test('that prevents its adoption: it is listed with the reason, and can be deleted', async () => {
    await launch('bad', { command: 'sleep 600' });
    await launch('good', { command: 'sleep 600', ready: 'started' });
    await until(async () => (await main('good'))?.state === 'running', 'the other experiment to run');
    await supervisor.close();
    const { adopt } = ManagedExperiment.prototype;
    vi.spyOn(ManagedExperiment.prototype, 'adopt').mockImplementation(function (this: ManagedExperiment, options) {
      if (this.record.name === 'bad') throw new Error('injected');
      adopt.call(this, options);
    });
    supervisor = newSupervisor();
    await supervisor.adopt();
    expect(await row('bad')).toMatchObject({ state: 'degraded', reason: expect.stringContaining('injected') });
    expect(await main('good')).toMatchObject({ state: 'running', restarts: 0 });
    await expect(supervisor.snapshot('local', 'bad')).rejects.toThrow(/bad is not supervised.*injected/);
    expect(await supervisor.delete('local', 'bad')).toEqual({ leftovers: [], notes: [] });
    expect(await supervisor.delete('local', 'good')).toEqual({ leftovers: [], notes: [] });
    await place.expectNothingLeft();
  });

  test('that is over is forgotten', async () => {
    injectFault(/^checking its processes$/);
    await launch('bad', { command: 'sleep 600', ready: { log: 'never' } });
    await until(async () => (await row('bad'))?.state === 'degraded', 'the fault to show');
    vi.restoreAllMocks();
    await until(async () => (await row('bad'))?.reason === undefined, 'the fault to be gone');
    expect(await row('bad')).toMatchObject({ state: 'starting' });
    await supervisor.delete('local', 'bad');
  });
});
