import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Supervisor } from '../../../../src/backends/supervision/supervisor/supervisor.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { type TemporaryHome, temporaryHome } from '../../../support/temporary-home.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { ChildRunner } from './support/child-runner.ts';

/** The supervisor on runs that are no keepers: it knows them by the Runner interface alone. */
let place: TemporaryHome;
let runner: ChildRunner;
let supervisor: Supervisor;
const signal = new AbortController().signal;

beforeEach(async () => {
  place = await temporaryHome();
  vi.stubEnv('SYMPHONY_HOME', place.home);
  runner = new ChildRunner();
  supervisor = new Supervisor({ runners: { child: runner }, onIdle: () => undefined });
});

afterEach(async () => {
  for (const child of runner.children.values()) child.kill('SIGKILL');
  await supervisor.close();
  vi.unstubAllEnvs();
  await place.remove();
});

async function launch(draft: object, force = false) {
  const spec = parseSpec({ name: 'rl', ...draft }, { baseDir: place.folder });
  const shell = { environment: { PATH: process.env.PATH ?? '' }, umask: 0o077, secretValues: {} };
  return supervisor.accept({ backend: 'child', spec, shell, force, options: {} }, signal);
}

async function main() {
  return (await supervisor.snapshot('child', 'rl')).processes.find(({ name }) => name === 'main');
}

function until(state: string): Promise<unknown> {
  return waitFor(async () => (await main())?.state === state, { what: `main to be ${state}` });
}

describe('a supervisor with a runner that keeps no files', () => {
  test('launches, stops, restarts and deletes', async () => {
    await launch({ processes: { main: { command: 'exec sleep 600', ready: 'started' } } });
    await until('running');
    await supervisor.restart('child', 'rl', [{ group: null, name: 'main' }]);
    await until('running');
    expect(await main()).toMatchObject({ restarts: 1 });
    await supervisor.stop('child', 'rl', [{ group: null, name: 'main' }]);
    expect(await main()).toMatchObject({ state: 'stopped', reason: 'stopped on request' });
    expect(await supervisor.delete('child', 'rl')).toEqual({ leftovers: [], notes: [] });
    expect(runner.children.size).toBe(0);
    expect(await supervisor.list('child')).toEqual([]);
  });

  test('keeps to restart policies and to onFailure', async () => {
    const failing = { command: 'exit 3', restart: 'on-failure', maxRestarts: 1, ready: 'started' };
    const other = { command: 'exec sleep 600', ready: 'started' };
    await launch({ onFailure: 'stop', processes: { main: failing, other } });
    await until('failed');
    expect(await main()).toMatchObject({ restarts: 1, exitCode: 3 });
    await waitFor(() => runner.children.size === 0, { what: 'the other process to be stopped' });
  });

  test('hands its runs to the next supervisor, which learns what has become of them', async () => {
    await launch({ processes: { main: { command: 'exec sleep 600', ready: 'started' } } });
    await until('running');
    await supervisor.close();
    supervisor = new Supervisor({ runners: { child: runner }, onIdle: () => undefined });
    await supervisor.adopt();
    expect(await main()).toMatchObject({ state: 'running', restarts: 0 });
    await supervisor.close();
    supervisor = new Supervisor({ runners: { child: new ChildRunner() }, onIdle: () => undefined });
    await supervisor.adopt();
    expect(await main()).toMatchObject({ state: 'lost', reason: 'vanished' });
  });

  test('refuses to launch over an experiment, and replaces it by force', async () => {
    const draft = { processes: { main: { command: 'exec sleep 600', ready: 'started' } } };
    await launch(draft);
    await expect(launch(draft)).rejects.toMatchObject({ code: 'conflict' });
    await launch(draft, true);
    await until('running');
    expect(runner.children.size).toBe(1);
  });

  test('two launches of one name at once: one succeeds', async () => {
    const draft = { processes: { main: { command: 'exec sleep 600', ready: 'started' } } };
    const outcomes = await Promise.allSettled([launch(draft), launch(draft)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});
