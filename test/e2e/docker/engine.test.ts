import { describe, expect } from 'vitest';
import type { ProcessSpec } from '../../../src/engine/spec/experiment-spec.ts';
import { killSupervisor } from '../../support/supervisor.ts';
import { type DockerSession, ownEngineTest as test } from './support/docker-test.ts';
import { noOwnEngine, smallImage } from './support/own-engine.ts';

const waiting: ProcessSpec = { command: 'echo begun; exec sleep 600' };
const restart = 'on-failure';
const pair = { one: { ...waiting, restart }, other: { ...waiting, restart } } as const;

async function launch(session: DockerSession): Promise<void> {
  await session.start(
    'rl',
    { once: waiting, again: { ...waiting, restart } },
    { image: smallImage, groups: { pair: { processes: pair } } },
  );
  for (const name of ['once', 'again', 'one', 'other']) await session.until('rl', name, ({ ready }) => ready);
}

async function running(session: DockerSession): Promise<readonly string[]> {
  const up = (await session.containers('rl')).filter(({ State }) => State === 'running');
  return up.map(({ Names }) => (Names[0] ?? '').split('.').slice(1, -1).join('.')).sort();
}

describe.skipIf(noOwnEngine !== undefined)(`an engine (${noOwnEngine ?? 'of its own'})`, () => {
  test('that is stopped or killed leaves its runs lost, and each is started again once, by its policy', async ({
    session,
    own,
  }) => {
    await launch(session);
    await own.end('SIGTERM');
    const lost = await session.until('rl', 'once', 'lost');
    expect(lost).toMatchObject({ ready: false, reason: 'its engine was stopped while it ran (exit code 143)' });
    const unknown = await session.until('rl', 'again', ({ ready }) => !ready);
    expect(unknown.reason).toMatch(/engine/);
    const logs = await session.run(['logs', 'again', '-e', 'rl']);
    expect(logs).toMatchObject({ exitCode: 4, stderr: expect.stringMatching(/there is no such socket/) });
    await own.start();
    for (const name of ['again', 'one', 'other'])
      await session.until('rl', name, ({ restarts, ready }) => restarts === 1 && ready);
    expect(await running(session)).toEqual(['again.2', 'pair', 'pair.one.2', 'pair.other.2']);
    // Its supervisor sees nothing of this.
    await killSupervisor(session);
    await own.end('SIGKILL');
    await own.start();
    for (const name of ['again', 'one', 'other'])
      await session.until('rl', name, ({ restarts, ready }) => restarts === 2 && ready);
    expect(await running(session)).toEqual(['again.3', 'pair', 'pair.one.3', 'pair.other.3']);
    expect(await session.ok(['events', 'rl'])).toMatch(/again +BackOff .*its engine was stopped while it ran/);
    await own.end('SIGTERM');
    const deletion = await session.run(['delete', 'rl', '--force']);
    expect(deletion.exitCode).toBe(1);
    expect(deletion.stderr).toMatch(/Of rl this is left: .* there is no such socket/);
    await own.start();
  });

  test('that lets containers live on finds the same runs', async ({ session, own }) => {
    await own.end('SIGTERM');
    await own.start(['--live-restore']);
    await launch(session);
    const before = await running(session);
    await own.end('SIGTERM');
    await session.until('rl', 'once', ({ ready }) => !ready);
    await own.start(['--live-restore']);
    await session.until('rl', 'once', ({ ready }) => ready);
    expect(await running(session)).toEqual(before);
    for (const name of ['once', 'again', 'one', 'other'])
      expect(await session.until('rl', name, ({ ready }) => ready)).toMatchObject({ restarts: 0 });
  });
});
