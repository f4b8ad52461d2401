import { readdirSync, readlinkSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { run } from '../../support/bin.ts';
import { test } from '../../support/session.ts';
import { supervisors } from '../../support/supervisor.ts';
import { Terminal } from '../../support/terminal.ts';
import { waitFor } from '../../support/wait-for.ts';

/** Whether a command is connected to the supervisor: it has a socket besides the three of its standard streams. */
function isConnected(pid: number): boolean {
  const links = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  return new Set(links.filter((link) => link.startsWith('socket:'))).size > 3;
}

describe('Ctrl-C', () => {
  test('in the middle of a launch: it is launched completely or not at all', async ({ session }) => {
    const file = await session.file('rl.json', {
      name: 'rl',
      processes: { main: { command: ['sleep', '600'], replicas: 60 } },
    });
    for (let delay = 0; delay < 700; delay += 70) {
      const { exitCode, stderr } = await session.run(['launch', file], {
        onSpawn: (child) => setTimeout(() => child.kill('SIGINT'), delay),
      });
      expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
      const experiments = await waitFor(async () => {
        const found = await session.experiments();
        return found.every(({ state }) => state !== 'stopping') ? found : undefined;
      });
      if (experiments.length > 0) {
        expect(experiments[0]?.processes).toMatchObject({ total: 60, failed: 0 });
        await session.until('rl', 'main-59', 'running');
        await session.delete('rl');
      } else {
        await waitFor(() => session.place.running().filter(({ command }) => command[0] === 'sleep').length === 0);
      }
      expect(['0 1', '130 0', '130 1', 'null 0', 'null 1']).toContain(`${exitCode} ${experiments.length}`);
    }
  });

  test('in the middle of a delete: the deletion continues', async ({ session }) => {
    const command = 'trap "" TERM; echo set; while :; do sleep 0.2; done';
    await session.launch('rl', { processes: { main: { command, stop: { timeout: 6 }, replicas: 3 } } });
    await waitFor(async () => (await session.logs('rl', 'main-2')).includes('set'));
    let interrupt = () => {};
    const deleting = session.run(['d', 'rl', '--force'], {
      onSpawn: (child) => (interrupt = () => void child.kill('SIGINT')),
    });
    await waitFor(async () => (await session.experiments())[0]?.state === 'stopping');
    interrupt();
    const { exitCode, stderr } = await deleting;
    expect(exitCode).toBe(130);
    expect(stderr).not.toMatch(/^\s+at /m);
    await waitFor(async () => (await session.experiments()).length === 0, { timeout: 30 });
    await session.place.expectNothingLeft();
  });

  test('while following logs, watching and waiting', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: 'echo here; sleep 600' } } });
    for (const args of [
      ['logs', 'main', '-e', 'rl', '-f'],
      ['wait', 'rl', '--for', 'done'],
    ]) {
      const { exitCode, stderr } = await session.run(args, {
        onSpawn: (child) => {
          const pid = child.pid ?? 0;
          void waitFor(() => isConnected(pid), { timeout: 30 }).then(() => child.kill('SIGINT'));
        },
      });
      expect(exitCode).toBe(130);
      expect(stderr).not.toMatch(/^\s+at /m);
    }
    expect(await session.until('rl', 'main', 'running')).toMatchObject({ restarts: 0 });
  });

  test('a closed pipe ends quietly', async ({ session }) => {
    const command = 'i=0; while [ $i -lt 20000 ]; do echo "line $i"; i=$((i + 1)); done; sleep 600';
    await session.launch('rl', { processes: { main: { command } } });
    await waitFor(async () => (await session.logs('rl', 'main', '--tail', '1'))[0] === 'line 19999');
    const words = [...session.bin, 'logs', 'main', '-e', 'rl'].map((word) => `'${word}'`).join(' ');
    const result = await run(['sh', '-c', `${words} | head -n 1`], { env: session.env, cwd: session.folder });
    expect(result).toMatchObject({ exitCode: 0, stdout: 'line 0\n', stderr: '' });
  });
});

test('the supervisor ignores a Ctrl-C in the terminal that started it', async ({ session }) => {
  const file = await session.file('rl.json', { name: 'rl', processes: { main: { command: ['sleep', '600'] } } });
  const terminal = new Terminal(session, ['/bin/sh', '-i']);
  terminal.type(`${session.bin.join(' ')} launch ${file} && echo launched-$((40 + 2)); cat\n`);
  await terminal.until(/launched-42/);
  const before = supervisors(session);
  expect(before).toHaveLength(1);
  const from = terminal.output.length;
  terminal.type('\u0003\u0003');
  // An interrupt discards typed input that was not read yet, so the next line waits for the prompt.
  await terminal.until(/[#$%] $/, { from });
  terminal.type('echo interrupted-$((40 + 2))\n');
  await terminal.until(/interrupted-42/);
  expect(await session.until('rl', 'main', 'running')).toMatchObject({ restarts: 0 });
  expect(supervisors(session).map(({ pid }) => pid)).toEqual(before.map(({ pid }) => pid));
  terminal.close();
  await terminal.exited;
});
