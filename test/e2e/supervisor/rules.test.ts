import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import type { ExperimentStatus } from '../../../src/engine/contract/status.ts';
import { isAlive } from '../../support/host-processes.ts';
import { type Session, test } from '../../support/session.ts';
import { editState, killSupervisor, supervisors } from '../../support/supervisor.ts';
import { waitFor } from '../../support/wait-for.ts';

/** A command that ends with this code once the file `go` is there. */
const untilGo = ({ folder }: Session, code = 0) => `until test -f ${folder}/go; do sleep 0.05; done; exit ${code}`;
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

async function row(session: Session): Promise<ExperimentStatus | undefined> {
  return (await session.experiments()).find(({ name }) => name === 'rl');
}

async function stateOf(session: Session, name: string): Promise<string> {
  const status = (await session.processes('rl')).find((other) => other.name === name);
  return [status?.state, status?.reason].filter((part) => part !== undefined).join(': ');
}

describe('kill -9 of the supervisor of an experiment with rules', () => {
  test('at any moment, again and again: everything is started once, in order, and it ends as it should', async ({
    session,
  }) => {
    const started = join(session.folder, 'started');
    const run = (name: string, command: string) => `echo ${name} >> ${started}; ${command}`;
    await session.launch('rl', {
      endsWith: ['learner'],
      processes: {
        prepare: { command: run('prepare', 'sleep 1') },
        replay: {
          command: run('replay', 'sleep 0.7; echo ready; exec sleep 600'),
          ready: { log: 'ready' },
          after: { prepare: 'succeeded' },
        },
        learner: { command: run('learner', 'sleep 1; exit 0'), after: { replay: 'ready', agents: 'started' } },
        never: { command: run('never', 'true'), after: { broken: 'succeeded' } },
        broken: { command: 'sleep 0.5; exit 3' },
      },
      groups: {
        agents: {
          after: { prepare: 'succeeded' },
          processes: {
            agent: {
              command: run('agent', `trap 'sleep 0.7; exit 0' TERM; while :; do sleep 0.05; done`),
              replicas: 2,
            },
          },
        },
      },
    });
    // Different distances from its start reach different steps.
    let kills = 0;
    for (; kills < 15 && (await row(session))?.state !== 'succeeded'; kills += 1) {
      await delay((kills * 173) % 700);
      for (const { pid } of supervisors(session)) {
        process.kill(pid, 'SIGKILL');
        await waitFor(() => !isAlive(pid));
      }
    }
    expect(kills).toBeGreaterThan(2);
    await session.ok(['wait', 'rl', '--for', 'done', '--timeout', '60']);
    expect(await row(session)).toMatchObject({ state: 'succeeded', reason: 'learner ended the experiment' });
    expect(await stateOf(session, 'never')).toBe('stopped: not started: broken failed (exit code 3)');
    for (const name of ['replay', 'agent-0', 'agent-1'])
      expect(await stateOf(session, name)).toBe('stopped: learner ended the experiment');
    const order = (await readFile(started, 'utf8')).trim().split('\n');
    expect(order.toSorted()).toEqual(['agent', 'agent', 'learner', 'prepare', 'replay']);
    expect([order[0], order.at(-1)]).toEqual(['prepare', 'learner']);
  });

  test('what waits goes on waiting, and starts when its time has come', async ({ session }) => {
    await session.launch('rl', {
      processes: {
        prepare: { command: untilGo(session) },
        main: { command: 'sleep 600', after: { prepare: 'ended' } },
      },
    });
    await killSupervisor(session);
    expect(await stateOf(session, 'main')).toBe('pending: waits for prepare to end');
    await killSupervisor(session);
    await session.file('go', '');
    await session.until('rl', 'main', 'running');
    expect(supervisors(session)).toHaveLength(1);
  });

  test('an end that comes while no supervisor runs stops the others, with its outcome', async ({ session }) => {
    await session.launch('rl', {
      endsWith: ['learner'],
      processes: {
        learner: { command: untilGo(session) },
        agent: { command: 'exec sleep 600' },
        broken: { command: 'exit 1' },
      },
    });
    await session.until('rl', 'broken', 'failed');
    const pid = (await session.until('rl', 'learner', 'running')).pid ?? 0;
    await killSupervisor(session);
    await session.file('go', '');
    await waitFor(() => !isAlive(pid));
    await session.until('rl', 'agent', 'stopped');
    expect(await row(session)).toMatchObject({ state: 'succeeded', outcome: 'succeeded' });
    const events = await session.ok(['events', 'rl']);
    expect(events.match(/ Over .*/g)).toEqual([expect.stringContaining('succeeded, by endsWith: learner ended')]);
    expect((await session.run(['wait', 'rl', '--for', 'done'])).exitCode).toBe(0);
  });

  test('a stop by a rule is finished by the next one', async ({ session }) => {
    const stubborn = `trap 'echo asked' TERM; while :; do sleep 0.1; done`;
    await session.launch('rl', {
      endsWith: ['learner'],
      processes: { learner: { command: untilGo(session, 4) }, agent: { command: stubborn, stop: { timeout: 4 } } },
    });
    await session.until('rl', 'agent', 'running');
    await session.file('go', '');
    await waitFor(async () => (await session.logs('rl', 'agent')).includes('asked'), { what: 'its signal' });
    await killSupervisor(session);
    const reason = 'learner failed (exit code 4), which ended the experiment';
    expect(await session.until('rl', 'agent', 'stopped')).toMatchObject({ reason, signal: 'SIGKILL' });
    expect(await row(session)).toMatchObject({ state: 'failed', reason });
    const waited = await session.run(['wait', 'rl', '--for', 'done']);
    expect(waited.exitCode).toBe(1);
    expect(waited.stderr).toContain(`Experiment rl failed: ${reason}.`);
  });

  test('a delay and limits of time are measured from when they began', async ({ session }) => {
    await session.launch('rl', {
      endsWith: { processes: ['learner'], delay: '1h' },
      processes: { learner: { command: 'exit 0' }, agent: { command: 'exec sleep 600' } },
      groups: { g: { processes: { long: { command: 'exec sleep 600', maxDuration: '3h' } } } },
    });
    await waitFor(async () => (await row(session))?.outcome !== undefined, { what: 'the end of the experiment' });
    expect(await stateOf(session, 'agent')).toBe('running');
    await killSupervisor(session);
    await editState(session, 'rl', (_, state) => {
      state.end = { ...state.end, time: hoursAgo(2) };
    });
    await session.until('rl', 'agent', 'stopped');
    await session.until('rl', 'long', 'stopped');

    await session.launch('limited', { processes: { main: { command: 'exec sleep 600', maxDuration: '1h' } } });
    await session.until('limited', 'main', 'running');
    await killSupervisor(session);
    await editState(session, 'limited', (processes) => {
      const { runs } = processes.main as { runs: { startedAt: string }[] };
      for (const run of runs) run.startedAt = hoursAgo(2);
    });
    expect(await session.until('limited', 'main', 'failed')).toMatchObject({ reason: 'ran longer than 1h' });
  });
});

describe('what is asked for after the end of an experiment', () => {
  test('is left alone by its rules, until what it ends with has ended again', async ({ session }) => {
    const learner = { command: `test -f ${session.folder}/again && exec sleep 600; exit 0` };
    await session.launch('rl', { endsWith: ['learner'], processes: { learner, agent: { command: 'exec sleep 600' } } });
    await session.until('rl', 'agent', 'stopped');
    await session.ok(['restart', 'agent', '-e', 'rl']);
    await session.until('rl', 'agent', 'running');
    await killSupervisor(session);
    expect(await stateOf(session, 'agent')).toBe('running');
    await session.file('again', '');
    await session.ok(['restart', 'learner', '-e', 'rl']);
    await session.until('rl', 'learner', 'running');
    expect(await row(session)).not.toHaveProperty('outcome');
    await session.ok(['stop', 'learner', '-e', 'rl']);
    await session.until('rl', 'agent', 'stopped');
    expect(await row(session)).toMatchObject({
      state: 'failed',
      reason: 'learner was stopped, which ended the experiment',
    });
  });
});
