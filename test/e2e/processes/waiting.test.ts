import { describe, expect } from 'vitest';
import { binPath, type RunResult, run } from '../../support/bin.ts';
import { type Session, test } from '../../support/session.ts';

const forever = { command: 'while :; do echo tick; sleep 0.2; done' };
const deaf = { command: 'echo started; exec sleep 600', bind: ['web'] };

async function launch(session: Session, processes: object, ...flags: string[]): Promise<RunResult> {
  const file = await session.file('exp.json', { name: 'exp', processes });
  return session.run(['launch', file, ...flags], { timeout: 40 });
}

describe('launch --wait with a timeout', () => {
  test.for([['--wait=done'], ['--wait=done', '--follow']])('%j ends when time is up', async (flags, { session }) => {
    const { exitCode, stdout, stderr } = await launch(session, { main: forever }, ...flags, '--timeout', '4');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('error: Experiment exp was not done after 4 s: main running.\n');
    expect(stderr).toContain('end it with: symphony delete exp\n');
    expect(/^tick$/m.test(stdout)).toBe(flags.includes('--follow'));
    expect((await session.processes('exp'))[0]).toMatchObject({ state: 'running' });
  });

  test.for([['--wait'], ['--wait', '--follow']])(
    '%j names the processes that are not ready',
    async (flags, { session }) => {
      const { exitCode, stdout, stderr } = await launch(session, { main: deaf }, ...flags, '--timeout', '4');
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/not ready after 4 s: main starting: nothing listens on .* \(service web\) yet\.\n/);
      expect(stderr).toContain('end it with: symphony delete exp\n');
      expect(stdout).toBe('');
    },
  );

  test('--wait=done --follow prints everything up to the end, whether or not it succeeds', async ({ session }) => {
    const long = { command: 'for i in 1 2 3; do echo "step $i"; sleep 0.2; done; echo last' };
    const good = await launch(session, { main: long }, '--wait=done', '--timeout', '30', '--follow');
    expect(good).toMatchObject({ exitCode: 0, stdout: 'step 1\nstep 2\nstep 3\nlast\n' });
    await session.delete('exp');
    const failing = { command: `${long.command}; exit 3` };
    const bad = await launch(session, { main: failing }, '--wait=done', '--timeout', '30', '--follow');
    expect(bad).toMatchObject({ exitCode: 1, stdout: 'step 1\nstep 2\nstep 3\nlast\n' });
    expect(bad.stderr).toMatch(/main failed: exit code 3/);
    expect(bad.stderr).not.toContain('keeps running');
  });

  test('--wait --follow follows once it is ready, past the time of the wait', async ({ session }) => {
    const main = { command: 'sleep 6; echo last' };
    const result = await launch(session, { main }, '--wait', '--timeout', '5', '--follow');
    expect(result).toMatchObject({ exitCode: 0, stdout: 'last\n' });
  });

  test.for([
    ['--timeout', '2'],
    ['--timeout', '2', '--follow'],
  ])('%j needs --wait', async (flags, { session }) => {
    expect(await launch(session, { main: forever }, ...flags)).toMatchObject({ exitCode: 2 });
    expect(await session.experiments()).toEqual([]);
  });
});

test('an interrupted launch --wait says that the experiment goes on', async ({ session }) => {
  const file = await session.file('exp.json', { name: 'exp', processes: { main: deaf } });
  const command = [process.execPath, binPath, 'launch', file, '--wait'];
  const { exitCode, stderr } = await run(command, {
    cwd: session.folder,
    env: session.env,
    onSpawn: (child) => {
      const interrupt = async () => {
        // The message appears some time after the start, when the launch is over.
        await session.until('exp', 'main', ({ reason }) => reason !== undefined);
        child.kill('SIGINT');
      };
      interrupt().catch(() => child.kill('SIGKILL'));
    },
  });
  expect(exitCode).toBe(130);
  expect(stderr).toContain('exp keeps running');
});
