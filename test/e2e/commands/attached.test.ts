import { describe, expect } from 'vitest';
import { run } from '../../support/bin.ts';
import { type Session, test } from '../../support/session.ts';
import { Terminal } from '../../support/terminal.ts';
import { waitFor } from '../../support/wait-for.ts';
import { AttachedLaunch, endsOnSignal, killsOnSecondSignal, succeedsAndFails } from '../support/attached-stories.ts';

const polite = {
  command: 'trap "sleep 0.3; echo the last words; exit 0" TERM; echo up; while :; do sleep 0.1; done 2> /dev/null',
};

function spec(session: Session, processes: object, more: object = {}): Promise<string> {
  return session.file('fg.json', { name: 'fg', processes, ...more });
}

describe('launch --attached', () => {
  test('prints everything, ends with the experiment, and gives its outcome', async ({ session }) => {
    await succeedsAndFails({ session });
  });

  test('ends everything on SIGINT, in an orderly way', async ({ session }) => {
    await endsOnSignal({ session }, 'SIGINT', 130);
  });

  test('ends everything on SIGTERM', async ({ session }) => {
    await endsOnSignal({ session }, 'SIGTERM', 143);
  });

  test('kills everything on a second interrupt', async ({ session }) => {
    await killsOnSecondSignal({ session });
  });

  test('on a terminal, ctrl-c ends it below the bars', async ({ session }) => {
    const bar = {
      command: `trap 'printf "\\rended"; exit 0' TERM; printf '\\r1 of 3'; while :; do sleep 0.1; done 2> /dev/null`,
    };
    const terminal = Terminal.symphony(session, ['launch', await spec(session, { bar, main: polite }), '-A']);
    await terminal.until(/main \|.* up/);
    await terminal.until(/bar {2}\|.* 1 of 3/);
    terminal.type('\x03');
    expect((await terminal.exited).exitCode).toBe(130);
    expect(terminal.output).toMatch(/Ending fg; another interrupt kills its processes\.\r\n/);
    expect(terminal.output).toContain('the last words');
    expect(terminal.output).toContain('ended');
    expect(terminal.output).toMatch(/Deleted fg\.\r\n$/);
    expect(await session.experiments()).toEqual([]);
  });

  test('ends with the terminal', async ({ session }) => {
    const done = `${session.folder}/done`;
    const main = { command: `trap 'touch "${done}"; exit 0' TERM; echo up; while :; do sleep 0.1; done` };
    const terminal = Terminal.symphony(session, ['launch', await spec(session, { main }), '-A']);
    await terminal.until(/up/);
    terminal.close();
    await terminal.exited;
    await waitFor(async () => (await session.experiments()).length === 0);
    expect((await run(['test', '-f', done])).exitCode).toBe(0);
  });

  test('ends with its reader', async ({ session }) => {
    const main = { command: 'while :; do echo tick; sleep 0.1; done' };
    const words = [...session.bin, 'launch', await spec(session, { main }), '-A'].map((word) => `'${word}'`).join(' ');
    const options = { env: session.env, cwd: session.folder };
    expect((await run(['sh', '-c', `${words} | head -n 1`], options)).stdout).toBe('tick\n');
    expect(await session.experiments()).toEqual([]);
  });

  test('an interrupt in the middle of the launch leaves nothing behind', async ({ session }) => {
    const file = await spec(session, { main: { command: ['sleep', '600'], replicas: 30 } });
    for (let delay = 0; delay < 900; delay += 150) {
      const { exitCode, stderr } = await session.run(['launch', file, '-A'], {
        onSpawn: (child) => setTimeout(() => child.kill('SIGINT'), delay),
      });
      // Before the program has its handlers, the signal itself ends it.
      expect([130, null]).toContain(exitCode);
      expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
      expect(await session.experiments()).toEqual([]);
    }
  });

  test('of one process in a pipe, stdout is what it wrote', async ({ session }) => {
    const file = await spec(session, { main: { command: `printf '\\r10%%\\r20%%\\nno end'` } });
    expect(await session.run(['launch', file, '-A'])).toMatchObject({ exitCode: 0, stdout: '\r10%\r20%\nno end' });
    const lines = (await session.ok(['launch', file, '-A', '-o', 'json'])).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).text)).toEqual(['\r10%\r20%', 'no end']);
  });

  test.skipIf(process.platform !== 'linux')('shows every run', async ({ session }) => {
    const once = `${session.folder}/once`;
    const command = `if test -f '${once}'; then echo second; else touch '${once}'; echo first; exit 3; fi`;
    const file = await spec(session, { main: { command, restart: 'on-failure' } });
    const { exitCode, stdout, stderr } = await session.run(['launch', file, '-A']);
    expect([exitCode, stdout]).toEqual([0, 'first\nsecond\n']);
    expect(stderr).toContain('run 1 exited with code 3; run 2 begins');
  });

  test('ends when the experiment ends by its own rules', async ({ session }) => {
    const processes = { learner: { command: 'echo learned; sleep 1; exit ${CODE:-0}' }, agent: polite };
    const file = await spec(session, processes, { endsWith: ['learner'] });
    const good = await session.run(['launch', file, '-A']);
    expect(good.exitCode).toBe(0);
    expect(good.stdout).toContain('learner | learned');
    expect(good.stdout).toContain('agent   | the last words');
    const bad = await session.run(['launch', file, '-A'], { env: { CODE: '4' } });
    expect(bad.exitCode).toBe(1);
    expect(bad.stdout).toContain('agent   | the last words');
    expect(bad.stderr).toContain('exit code 4');
    expect(await session.experiments()).toEqual([]);
  });

  test('fails, and ends everything, after its timeout', async ({ session }) => {
    const file = await spec(session, { main: polite });
    const { exitCode, stdout, stderr } = await session.run(['launch', file, '-A', '--timeout', '3']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/the last words\n$/);
    expect(stderr).toContain('error: Experiment fg was not done after 3 s: main running.');
    expect(await session.experiments()).toEqual([]);
  });

  test('ends when another command deletes or replaces it, and leaves the other experiment alone', async ({
    session,
  }) => {
    const file = await spec(session, { main: { command: 'echo up; exec sleep 600' } });
    const deleted = new AttachedLaunch({ session }, file);
    await deleted.until(/up/);
    expect(await session.ok(['e'])).toBe('fg\n');
    await session.delete('fg');
    expect(await deleted.result).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('fg was deleted') });

    const replaced = new AttachedLaunch({ session }, file);
    await replaced.until(/up/);
    await session.ok(['launch', file, '--force']);
    expect((await replaced.result).exitCode).toBe(1);
    await session.until('fg', 'main', 'running');
  });

  test('killed with SIGKILL, it leaves the experiment running', async ({ session }) => {
    const launch = new AttachedLaunch(
      { session },
      await spec(session, { main: { command: 'echo up; exec sleep 600' } }),
    );
    await launch.until(/up/);
    launch.kill('SIGKILL');
    await launch.result;
    await session.until('fg', 'main', 'running');
    await session.delete('fg');
  });

  test('a launch that fails is reported as usual', async ({ session }) => {
    const file = await spec(session, { main: { command: 'exec sleep 600' } });
    await session.ok(['launch', file]);
    const again = await session.run(['launch', file, '-A']);
    expect(again).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringMatching(/error: .*fg/) });
    await session.until('fg', 'main', 'running');
    const forced = new AttachedLaunch({ session }, file, ['--force']);
    await forced.until(/Launched fg/, 'stderr');
    forced.kill('SIGINT');
    expect((await forced.result).exitCode).toBe(130);
    expect(await session.experiments()).toEqual([]);
  });

  test('refuses what contradicts it before anything is launched', async ({ session }) => {
    const file = await spec(session, { main: { command: 'exit 0' } });
    for (const flags of [
      ['--wait'],
      ['--wait=done'],
      ['--follow'],
      ['--dry-run'],
      ['--dry-run=server'],
      ['-o', 'yaml'],
    ]) {
      expect(await session.run(['launch', file, '-A', ...flags])).toMatchObject({ exitCode: 2, stdout: '' });
    }
    expect(await session.experiments()).toEqual([]);
  });
});
