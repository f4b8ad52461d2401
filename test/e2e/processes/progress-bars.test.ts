import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { AppScreen } from '../../support/app-screen.ts';
import type { Session } from '../../support/session.ts';
import { waitFor } from '../../support/wait-for.ts';
import { test } from '../app/support/app-test.ts';

/** A shell command that draws each state of a bar once a file exists, and then ends the line or not. */
function bar(session: Session, name: string, states: readonly string[], { end = '; echo' } = {}): string {
  const steps = states.map((state, index) => `${waits(session, `${name}-${index}`)}; printf '\\r${state}'`);
  return `${steps.join('; ')}; ${waits(session, `${name}-end`)}${end}`;
}

function waits(session: Session, step: string): string {
  return `until test -e '${join(session.folder, step)}'; do sleep 0.05; done`;
}

function go(session: Session, step: string): Promise<void> {
  return writeFile(join(session.folder, step), '');
}

function shownBars(screen: AppScreen): string[] {
  return screen.rows.filter((row) => row.includes('of 3'));
}

/** Seconds of CPU that a process has used. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return ((user ?? 0) + (system ?? 0)) / 100;
}

function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;
}

const megabytes = 150;
/** Writes states of one line without an end, as fast as it can; then it waits for a file. */
function overwriting(session: Session): string[] {
  const program = `
    const fs = require('fs');
    let chunk = '';
    for (let step = 0; chunk.length < 1024 * 1024; step += 1) chunk += '\\rstep ' + step + ' of many';
    for (let written = 0; written < ${megabytes}; written += 1) fs.writeSync(1, chunk);
    fs.writeSync(1, '\\rnearly there');
    const wait = () => fs.existsSync(${JSON.stringify(join(session.folder, 'end'))}) || setTimeout(wait, 50);
    wait();`;
  return [process.execPath, '-e', program];
}

describe('logs -f on a terminal', () => {
  test('shows a progress bar as one row that changes', async ({ session, open }) => {
    const command = `echo before; ${bar(session, 'a', ['1 of 3', '2 of 3', '3 of 3'])}; echo after; exec sleep 600`;
    await session.launch('exp', { processes: { main: { command } } });
    const screen = await open({ command: [...session.bin, 'logs', '-f'] });
    await screen.sees('before');
    for (const step of [0, 1, 2]) {
      await go(session, `a-${step}`);
      await screen.sees(`${step + 1} of 3`);
      expect(shownBars(screen)).toEqual([`${step + 1} of 3`]);
    }
    await go(session, 'a-end');
    await screen.sees('after');
    expect(screen.rows.slice(0, 3)).toEqual(['before', '3 of 3', 'after']);
    screen.press('ctrl-c');
    expect((await screen.exited).exitCode).toBe(130);
  });

  test('keeps the bar of each process below the lines, and leaves it there when it is interrupted', async ({
    session,
    open,
  }) => {
    const say = `${waits(session, 'say')}; echo "a line"; ${waits(session, 'say-b')}; echo "another"; exec sleep 600`;
    await session.launch('exp', {
      processes: {
        one: { command: bar(session, 'one', ['1 of 3', '2 of 3']) },
        two: { command: bar(session, 'two', ['1 of 3', '\\033[32m3 of 3\\033[0m'], { end: '' }) },
        talker: { command: say },
      },
    });
    const screen = await open({ columns: 40, rows: 8, command: [...session.bin, 'logs', '-f'] });
    for (const step of ['one-0', 'two-0', 'say']) await go(session, step);
    await screen.sees('talker | a line');
    await screen.sees(/one {4}\| 1 of 3\ntwo {4}\| 1 of 3/);
    for (const step of ['one-1', 'two-1', 'say-b']) await go(session, step);
    await screen.sees(/a line\ntalker \| another\none {4}\| 2 of 3\ntwo {4}\| 3 of 3/);
    // A bar that has no end is a line once its process has ended.
    for (const step of ['one-end', 'two-end']) await go(session, step);
    await session.until('exp', 'two', 'succeeded');
    screen.press('ctrl-c');
    expect((await screen.exited).exitCode).toBe(130);
    expect(screen.text).toContain('3 of 3');
  });

  test('a row is cut to the width of the terminal', async ({ session, open }) => {
    const command = `printf '\\r1 of 3 ${'x'.repeat(200)}'; ${waits(session, 'go')}; printf '\\r2 of 3'; exec sleep 600`;
    await session.launch('exp', { processes: { main: { command } } });
    const screen = await open({ columns: 30, command: [...session.bin, 'logs', '-f'] });
    await screen.sees(/^1 of 3 x{22}$/m);
    await go(session, 'go');
    await screen.sees('2 of 3');
    expect(screen.rows.filter((row) => row !== '')).toEqual(['2 of 3']);
  });

  test('a flood of carriage returns costs little', { timeout: 180_000 }, async ({ session, open }) => {
    await session.launch('exp', { processes: { main: { command: overwriting(session) } } });
    const screen = await open({ command: [...session.bin, 'logs', '-f'] });
    let mostMemory = 0;
    await waitFor(
      () => {
        mostMemory = Math.max(mostMemory, residentBytes(screen.pty.pid));
        return screen.text.includes('nearly there');
      },
      { timeout: 100 },
    );
    expect(mostMemory).toBeLessThan(250e6);
    // Most of it is the start of the program. Reading all of the states as text takes several times as long.
    expect(cpuSeconds(screen.pty.pid)).toBeLessThan(6);
    expect(screen.output.length).toBeLessThan(100_000);
    await go(session, 'end');
    expect((await screen.exited).exitCode).toBe(0);
    expect(screen.rows.filter((row) => row !== '')).toEqual(['nearly there']);
  });
});

describe('logs -f into a pipe', () => {
  test('prints the newest state of a bar at most once a second, and its end once', async ({ session }) => {
    const draw = (count: number) =>
      `i=0; while [ $i -le ${count} ]; do printf "\\r$i of ${count}"; i=$((i + 1)); sleep 0.05; done`;
    await session.launch('exp', {
      processes: {
        bar: { command: `${draw(50)}; echo` },
        open: { command: draw(20) },
        other: { command: 'echo here' },
      },
    });
    const started = performance.now();
    const lines = (await session.ok(['logs', '-f'])).split('\n').slice(0, -1);
    const seconds = (performance.now() - started) / 1000;
    const bars = lines.filter((line) => line.startsWith('bar '));
    expect(bars.at(-1)).toBe('bar   | 50 of 50');
    expect(bars.length).toBeGreaterThan(1);
    expect(bars.length).toBeLessThanOrEqual(seconds + 2);
    expect(new Set(bars).size).toBe(bars.length);
    expect(lines.filter((line) => line.startsWith('open ')).at(-1)).toBe('open  | 20 of 20');
    expect(lines).toContain('other | here');
    expect(lines.join('')).not.toContain('\r');
  });

  test('--grep prints the states that match', async ({ session }) => {
    await session.launch('exp', { processes: { main: { command: bar(session, 'a', ['1 of 3', '2 of 3']) } } });
    let output = '';
    const following = session.run(['logs', '-f', '--grep', '^[12] of'], {
      onSpawn: (child) => child.stdout?.on('data', (data) => (output += data)),
    });
    await go(session, 'a-0');
    await waitFor(() => output === '1 of 3\n');
    await go(session, 'a-1');
    await waitFor(() => output === '1 of 3\n2 of 3\n');
    await go(session, 'a-end');
    expect(await following).toMatchObject({ exitCode: 0, stdout: '1 of 3\n2 of 3\n' });
  });

  test('JSON output has whole lines only', async ({ session }) => {
    await session.launch('exp', { processes: { main: { command: bar(session, 'a', ['1 of 3', '2 of 3']) } } });
    const following = session.run(['logs', '-f', '-o', 'json']);
    for (const step of ['a-0', 'a-1', 'a-end']) await go(session, step);
    const { stdout } = await following;
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).text),
    ).toEqual(['\r1 of 3\r2 of 3']);
  });
});

describe('the interface', () => {
  test('shows a progress bar as one row that changes, at the end of the log', async ({ session, open }) => {
    const command = `echo before; ${bar(session, 'a', ['1 of 3', '2 of 3', '3 of 3'])}; echo after; exec sleep 600`;
    await session.launch('exp', { processes: { main: { command } } });
    const screen = await open();
    await screen.sees(/exp .*● running/);
    screen.press('l');
    await screen.sees('before');
    for (const step of [0, 1]) {
      await go(session, `a-${step}`);
      await screen.sees(`${step + 1} of 3`);
      expect(shownBars(screen)).toEqual([`${step + 1} of 3`]);
    }
    screen.type('&before\r');
    await screen.seesNo('2 of 3');
    screen.press('esc');
    await screen.sees('2 of 3');
    for (const step of ['a-2', 'a-end']) await go(session, step);
    await screen.sees(/before\n3 of 3\nafter/);
    expect(await screen.quit()).toBe(0);
  });

  test('takes little memory for a line without an end', { timeout: 180_000 }, async ({ session, open }) => {
    await session.launch('exp', { processes: { main: { command: overwriting(session) } } });
    const screen = await open();
    await screen.sees(/exp .*● running/);
    screen.press('l');
    await screen.sees('nearly there', 100);
    expect(residentBytes(screen.pty.pid)).toBeLessThan(350e6);
    await go(session, 'end');
    await screen.sees('ended');
    expect(screen.rows.filter((row) => row.includes('nearly there'))).toEqual(['nearly there']);
    expect(await screen.quit()).toBe(0);
  });
});
