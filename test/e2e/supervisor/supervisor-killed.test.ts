import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { isAlive } from '../../support/host-processes.ts';
import { test } from '../../support/session.ts';
import { editState, killSupervisor, supervisors } from '../../support/supervisor.ts';
import { waitFor } from '../../support/wait-for.ts';

const counting = 'i=0; while :; do i=$((i + 1)); echo "line $i"; sleep 0.01; done';

describe('kill -9 of the supervisor', () => {
  test('no process dies, no line is lost, and states are true right after', async ({ session }) => {
    await session.launch('rl', {
      processes: {
        main: { command: counting },
        server: { command: 'sleep 600' },
        over: { command: 'exit 3' },
      },
    });
    const main = await session.until('rl', 'main', 'running');
    const before = await session.until('rl', 'over', 'failed');
    await killSupervisor(session);
    const processes = await session.processes('rl');
    expect(processes.map(({ name, state, pid }) => ({ name, state, pid }))).toMatchObject([
      { name: 'main', state: 'running', pid: main.pid },
      { name: 'server', state: 'running' },
      { name: 'over', state: 'failed' },
    ]);
    expect(processes[2]).toEqual(before);
    const seen = (await session.logs('rl', 'main')).length;
    const lines = await waitFor(async () => {
      const lines = await session.logs('rl', 'main');
      return lines.length > seen + 100 ? lines : undefined;
    });
    expect(lines).toEqual(lines.map((_, index) => `line ${index + 1}`));
    expect(supervisors(session)).toHaveLength(1);
  });

  test('a follower loses no line', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: counting } } });
    const following = session.run(['logs', 'main', '-e', 'rl', '-f']);
    await waitFor(async () => (await session.logs('rl', 'main')).length > 50);
    await killSupervisor(session);
    await waitFor(async () => (await session.logs('rl', 'main')).length > 300);
    await session.ok(['stop', 'main', '-e', 'rl']);
    const { stdout, exitCode } = await following;
    const lines = stdout.split('\n').slice(0, -1);
    expect(exitCode).toBe(0);
    expect(lines.length).toBeGreaterThan(300);
    expect(lines).toEqual(lines.map((_, index) => `line ${index + 1}`));
  });

  test('an exit while no supervisor runs is recorded, with its code', async ({ session }) => {
    const go = `${session.folder}/go`;
    const wait = `until test -f ${go}; do sleep 0.05; done`;
    await session.launch('rl', {
      processes: {
        good: { command: `${wait}; exit 0` },
        bad: { command: `${wait}; echo last words; exit 42` },
        killed: { command: `${wait}; kill -KILL $$` },
        again: { command: `test -f ${go}-2 && sleep 600; ${wait}; touch ${go}-2; exit 1`, restart: 'on-failure' },
        keeper: { command: 'sleep 600' },
      },
    });
    const pids = (await session.processes('rl')).slice(0, 4).map(({ pid }) => pid ?? 0);
    await killSupervisor(session);
    await session.file('go', '');
    await waitFor(() => !pids.some(isAlive));
    expect(supervisors(session)).toEqual([]);
    const states = new Map((await session.processes('rl')).map((status) => [status.name, status]));
    expect(states.get('good')).toMatchObject({ state: 'succeeded', exitCode: 0 });
    expect(states.get('bad')).toMatchObject({ state: 'failed', exitCode: 42 });
    expect(states.get('killed')).toMatchObject({ state: 'failed', reason: expect.stringContaining('SIGKILL') });
    expect(await session.logs('rl', 'bad')).toEqual(['last words']);
    expect(await session.until('rl', 'again', 'running')).toMatchObject({ restarts: 1 });
  });

  test('a clock that was set back meanwhile does not delay a restart beyond its policy', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: 'exit 1', restart: 'always' } } });
    await session.until('rl', 'main', ({ state, restarts }) => state === 'backoff' && restarts >= 1);
    await killSupervisor(session);
    const until = new Date(Date.now() + 10 * 24 * 3600 * 1000).toISOString();
    await editState(session, 'rl', ({ main }) => Object.assign(main as object, { state: 'backoff', until }));
    const [main] = await session.processes('rl');
    expect(main?.state).toBe('backoff');
    expect(Date.parse(main?.until ?? '') - Date.now()).toBeLessThanOrEqual(60_000);
  });

  test('a keeper’s record also settles a run that counted as lost, and its restart policy applies', async ({
    session,
  }) => {
    const go = `${session.folder}/go`;
    const wait = `until test -f ${go}; do sleep 0.05; done`;
    await session.launch('rl', {
      processes: {
        ender: { command: `${wait}; exit 7` },
        again: { command: `test -f ${go} && sleep 600; ${wait}; exit 8`, restart: 'on-failure' },
        stays: { command: 'sleep 600' },
      },
    });
    await session.until('rl', 'again', 'running');
    const pids = (await session.processes('rl')).slice(0, 2).map(({ pid }) => pid ?? 0);
    await killSupervisor(session);
    await editState(session, 'rl', ({ ender, again }) => {
      for (const status of [ender, again] as { pid?: number; runs: object[] }[]) {
        delete status.pid;
        const reason = 'its keeper was killed';
        const runs = status.runs.map((run) => ({ ...run, finishedAt: new Date().toISOString(), reason }));
        Object.assign(status, { state: 'lost', ready: false, reason, runs });
      }
    });
    expect(await session.until('rl', 'ender', 'lost')).not.toHaveProperty('exitCode');
    await session.file('go', '');
    await waitFor(() => !pids.some(isAlive));
    expect(await session.until('rl', 'ender', 'failed')).toMatchObject({ exitCode: 7, reason: 'exit code 7' });
    await session.until('rl', 'again', ({ state, restarts }) => state === 'running' && restarts === 1);
  });

  test('a restart that it interrupts is finished by the next supervisor', async ({ session }) => {
    const mark = (name: string) => join(session.folder, name);
    const slow = `trap "touch ${mark('ending')}; sleep 5; exit 3" TERM; touch ${mark('set')}; while :; do sleep 0.1; done`;
    const processes = { main: { command: slow }, other: { command: 'sleep 600' } };
    await session.launch('rl', { onFailure: 'stop', processes });
    await waitFor(() => existsSync(mark('set')));
    const other = await session.until('rl', 'other', 'running');
    const restart = session.run(['restart', 'main', '-e', 'rl']);
    await waitFor(() => existsSync(mark('ending')), { timeout: 30 });
    await killSupervisor(session);
    expect(await restart).toMatchObject({ exitCode: 1 });
    await session.until('rl', 'main', ({ state, restarts }) => state === 'running' && restarts === 1);
    // The end for a restart is no failure, so `onFailure: stop` did not apply.
    expect(await session.until('rl', 'other', 'running')).toEqual(other);
  });

  test('a recorded start that it prevents is made up for by the next supervisor', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: 'sleep 600' }, stays: { command: 'sleep 600' } } });
    await session.until('rl', 'stays', 'running');
    await session.ok(['stop', 'main', '-e', 'rl']);
    await killSupervisor(session);
    await editState(session, 'rl', (processes) => {
      const main = processes.main as { runs: object[]; wanted?: object; pid?: number };
      // The completed stop may not have been written to the disk.
      delete main.wanted;
      delete main.pid;
      const runs = [...main.runs, { run: 2, startedAt: new Date().toISOString(), logOffset: 0 }];
      Object.assign(main, { state: 'starting', run: 2, restarts: 1, runs });
    });
    // This is its third run, because the recorded second one never started.
    await session.until('rl', 'main', ({ state, restarts }) => state === 'running' && restarts === 2, 40);
  });

  test('a stop that it interrupts is finished by the next supervisor, including processes outside the group', async ({
    session,
  }) => {
    const mark = (name: string) => join(session.folder, name);
    // Processes outside the group are ended after the group, and the kill comes while the supervisor waits for the group.
    const child = `setsid sh -c 'trap "" TERM HUP; touch ${mark('set')}; sleep 600' &`;
    const main = `trap "touch ${mark('ending')}; sleep 3; exit 3" TERM; ${child} while :; do sleep 0.1; done`;
    await session.launch('rl', { processes: { main: { command: main, restart: 'always', stop: { timeout: 8 } } } });
    await waitFor(() => existsSync(mark('set')));
    const stop = session.run(['stop', 'main', '-e', 'rl']);
    await waitFor(() => existsSync(mark('ending')), { timeout: 30 });
    await killSupervisor(session);
    expect(await stop).toMatchObject({ exitCode: 1 });
    expect(await session.until('rl', 'main', 'stopped')).toMatchObject({ restarts: 0 });
    await session.place.expectNothingLeft(30);
  });

  test('a delete afterwards ends everything that still runs', async ({ session }) => {
    await session.launch('rl', {
      processes: { main: { command: 'sleep 601 & sleep 602 & wait', replicas: 5 } },
    });
    await killSupervisor(session);
    await session.delete('rl');
    expect(await session.experiments()).toEqual([]);
    await session.place.expectNothingLeft();
  });

  test('in the middle of a launch: the launch reports the outcome', async ({ session }) => {
    const file = await session.file('rl.json', {
      name: 'rl',
      processes: { main: { command: ['sleep', '600'], replicas: 60 } },
    });
    let interrupted = 0;
    for (let round = 0; round < 30 && interrupted < 3; round += 1) {
      // The kill comes as soon as the first file of the launch is on the disk.
      const launching = session.run(['launch', file]);
      const isBegun = () => readdir(join(session.place.home, 'state'), { recursive: true }).catch(() => []);
      await waitFor(async () => (await isBegun()).some((name) => /rl\/launch\/main-\d+\.launch$/.test(name)));
      for (const { pid } of supervisors(session)) process.kill(pid, 'SIGKILL');
      const { exitCode, stderr } = await launching;
      const names = (await session.experiments()).map(({ name }) => name);
      if (exitCode === 0) {
        expect(names).toEqual(['rl']);
        await session.delete('rl');
        continue;
      }
      interrupted += 1;
      expect(stderr).toMatch(
        /error: The supervisor ended while it launched rl\. (Nothing of it is left|The started processes are being ended)/,
      );
      await waitFor(async () => (await session.experiments()).length === 0);
    }
    expect(interrupted).toBeGreaterThan(0);
  });

  test('repeated between launches: every experiment runs, and no port is assigned twice', async ({ session }) => {
    for (let round = 0; round < 5; round += 1) {
      await session.launch(`exp-${round}`, {
        processes: { main: { command: 'sleep 600', bind: { port: null }, ready: 'started' } },
      });
      await killSupervisor(session);
    }
    const ports = (await session.experiments()).map(({ services }) => services[0]?.port);
    expect(new Set(ports).size).toBe(5);
    for (let round = 0; round < 5; round += 1) {
      expect(await session.until(`exp-${round}`, 'main', 'running')).toMatchObject({ restarts: 0 });
    }
  });

  test('a supervisor without running processes exits, and listing does not start another', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: 'echo done' } } });
    await session.until('rl', 'main', 'succeeded');
    await session.place.expectNothingLeft();
    expect(await session.experiments()).toMatchObject([{ name: 'rl', state: 'succeeded' }]);
    expect(await session.logs('rl', 'main')).toEqual(['done']);
    expect(session.place.running()).toEqual([]);
  });
});
