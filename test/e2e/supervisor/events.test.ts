import { appendFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { ClusterEvent } from '../../../src/engine/contract/events.ts';
import { formatProcess } from '../../../src/engine/contract/status.ts';
import { hasTmux } from '../../support/has-tmux.ts';
import { isAlive } from '../../support/host-processes.ts';
import { type Session, test } from '../../support/session.ts';
import { mountSmallDisk } from '../../support/small-disk.ts';
import { supervisors } from '../../support/supervisor.ts';
import { waitFor } from '../../support/wait-for.ts';

function parseLines(text: string): ClusterEvent[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as ClusterEvent);
}

async function eventsOf(session: Session, experiment: string): Promise<ClusterEvent[]> {
  return parseLines(await session.ok(['events', experiment, '-o', 'json']));
}

/** The reasons of the events of one process. */
function reasonsOf(events: readonly ClusterEvent[], name: string): string[] {
  return events
    .filter(({ process: reference }) => reference !== undefined && formatProcess(reference) === name)
    .map(({ reason }) => reason);
}

async function killSupervisor(session: Session): Promise<void> {
  const pids = supervisors(session).map(({ pid }) => pid);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await waitFor(() => !pids.some(isAlive));
}

async function eventFile(session: Session): Promise<string> {
  const entries = await readdir(session.place.home, { recursive: true });
  return join(session.place.home, entries.find((name) => name.endsWith('/rl/events.jsonl')) ?? '');
}

describe('the events of an experiment', () => {
  test.for(['local', 'tmux'] as const)(
    'tell what happened, and who asked for it, on %s',
    async (backend, { session, skip }) => {
      if (backend === 'tmux' && !hasTmux) return skip('tmux is not installed');
      session.env.SYMPHONY_BACKEND = backend;
      await session.launch('rl', {
        processes: {
          once: { command: 'exit 3', restart: 'on-failure', maxRestarts: 1 },
          stays: { command: 'sleep 600' },
        },
      });
      await session.until('rl', 'once', 'failed');
      await session.until('rl', 'stays', 'running');
      await session.ok(['stop', 'stays', '-e', 'rl']);
      const events = await waitFor(async () => {
        const events = await eventsOf(session, 'rl');
        return reasonsOf(events, 'stays').includes('Stopped') ? events : undefined;
      });
      expect(events[0]).toMatchObject({
        reason: 'Launched',
        message: expect.stringMatching(/^by symphony launch \(pid/),
      });
      expect(reasonsOf(events, 'once')).toEqual(['Starting', 'Ready', 'BackOff', 'Restarting', 'Ready', 'Failed']);
      expect(reasonsOf(events, 'stays')).toEqual(['Starting', 'Ready', 'StopRequested', 'Stopped']);
      expect(events.find(({ reason }) => reason === 'StopRequested')?.message).toMatch(/symphony stop/);
      expect(events.map(({ time }) => time)).toEqual(events.map(({ time }) => time).sort());
      const table = await session.ok(['events', 'rl', '--tail', '1']);
      expect(table).toMatch(/^ *Age +Process +Reason +Message\n.*stays +Stopped +stopped on request\n$/);
      expect(await session.ok(['events', 'rl', '--since', '2000-01-01', '-o', 'yaml'])).toMatch(/reason: Launched/);
      expect(parseLines(await session.ok(['events', 'rl', '--since', '2100-01-01', '-o', 'json']))).toEqual([]);
      expect(await session.ok(['describe', 'rl'])).toMatch(/Events\n(.*\n)*.*once +Failed +exit code 3/);
      expect((await session.run(['events', 'rl', '-o', 'name'])).exitCode).toBe(2);
      expect((await session.run(['events', 'rl', '--tail', 'x'])).exitCode).toBe(2);
      expect((await session.run(['events', 'nothing'])).exitCode).toBe(3);
    },
  );

  test('tell of rules that were applied', async ({ session }) => {
    await session.launch('rl', {
      endsWith: ['learner'],
      processes: {
        prepare: { command: 'sleep 1' },
        learner: { command: 'exit 0', after: { prepare: 'succeeded' } },
        agent: { command: 'sleep 600' },
      },
    });
    const events = await waitFor(async () => {
      const events = await eventsOf(session, 'rl');
      return reasonsOf(events, 'agent').includes('Stopped') ? events : undefined;
    });
    expect(reasonsOf(events, 'learner').filter((reason) => reason !== 'Ready')).toEqual([
      'Waiting',
      'Starting',
      'Succeeded',
    ]);
    expect(events.filter(({ reason }) => reason === 'Over')).toMatchObject([
      { kind: 'normal', message: 'succeeded, by endsWith: learner ended the experiment' },
    ]);
  });

  test('are followed until the experiment is deleted, over a kill -9 of the supervisor', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: 'sleep 600' } } });
    await session.until('rl', 'main', 'running');
    let text = '';
    const followed = session.run(['events', 'rl', '-f', '-o', 'json', '--tail', '1'], {
      onSpawn: (child) => child.stdout?.on('data', (data: string) => (text += data)),
    });
    await waitFor(() => text.includes('\n'));
    await killSupervisor(session);
    await session.ok(['restart', 'main', '-e', 'rl']);
    await waitFor(() => parseLines(text).some(({ run, state }) => run === 2 && state === 'running'));
    await session.delete('rl');
    const result = await followed;
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    const events = parseLines(result.stdout);
    const reasons = events.map(({ reason }) => reason);
    expect(reasons.slice(0, 5)).toEqual(['Ready', 'RestartRequested', 'BackOff', 'Restarting', 'Ready']);
    expect(reasons).toContain('DeleteRequested');
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });

  test('name each state of each run once, however often the supervisor is killed', async ({ session }) => {
    const processes = { flaky: { command: 'sleep 0.2; exit 1', restart: 'always', replicas: 5 } };
    await session.launch('rl', { processes });
    for (let round = 0; round < 4; round += 1) {
      const known = (await eventsOf(session, 'rl')).length;
      await waitFor(async () => (await eventsOf(session, 'rl')).length > known);
      await killSupervisor(session);
      await session.processes('rl');
    }
    const events = await waitFor(async () => {
      const events = await eventsOf(session, 'rl');
      const restarts = await session.processes('rl');
      return restarts.every(({ restarts: count }) => count >= 3) ? events : undefined;
    });
    const states = events.flatMap(({ process: reference, run, state }) =>
      reference === undefined || state === undefined ? [] : [`${formatProcess(reference)} ${run} ${state}`],
    );
    expect(states).toEqual([...new Set(states)]);
    for (let replica = 0; replica < 5; replica += 1) {
      for (const state of ['1 starting', '1 backoff', '2 starting', '2 backoff', '3 starting'])
        expect(states).toContain(`flaky-${replica} ${state}`);
    }
  });

  test('survive damaged lines', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: 'sleep 600' } } });
    await session.until('rl', 'main', 'running');
    await waitFor(async () => reasonsOf(await eventsOf(session, 'rl'), 'main').includes('Ready'));
    appendFileSync(await eventFile(session), '{"id":"half');
    await killSupervisor(session);
    await session.ok(['restart', 'main', '-e', 'rl']);
    await session.until('rl', 'main', ({ state, restarts }) => state === 'running' && restarts === 1);
    const events = await waitFor(async () => {
      const events = await eventsOf(session, 'rl');
      return events.some(({ run, state }) => run === 2 && state === 'running') ? events : undefined;
    });
    expect(reasonsOf(events, 'main').slice(0, 4)).toEqual(['Starting', 'Ready', 'RestartRequested', 'BackOff']);
  });

  test('do no harm while the disk is full, and go on once there is room', async ({ session, skip }) => {
    const disk = await mountSmallDisk(session);
    if (disk === undefined) return skip('mounting a tmpfs needs root, and a machine that allows it');
    try {
      await session.launch('rl', { processes: { main: { command: 'sleep 600' }, ender: { command: 'sleep 600' } } });
      const ender = await session.until('rl', 'ender', 'running');
      await session.until('rl', 'main', 'running');
      await disk.fill();
      process.kill(-(ender.pid ?? 0), 'SIGKILL');
      await waitFor(() => !isAlive(ender.pid ?? 0));
      expect((await session.processes('rl')).find(({ name }) => name === 'main')?.state).toBe('running');
      await disk.makeRoom();
      await session.until('rl', 'ender', 'failed');
      await waitFor(async () => reasonsOf(await eventsOf(session, 'rl'), 'ender').at(-1) === 'Failed');
      await session.expectCleanEnd();
    } finally {
      await disk.remove();
    }
  });
});
