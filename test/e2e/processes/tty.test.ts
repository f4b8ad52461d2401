import { readFileSync } from 'node:fs';
import xterm from '@xterm/headless';
import { describe, expect } from 'vitest';
import { test } from '../../support/session.ts';
import { supervisors } from '../../support/supervisor.ts';
import { Terminal } from '../../support/terminal.ts';
import { waitFor } from '../../support/wait-for.ts';

const echoing = 'test -t 0 && test -t 1 && echo "a terminal"; while read line; do echo "you said <$line>"; done';

describe('tty: true', () => {
  test('gives a process its own terminal, which attach enters and leaves', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: echoing, tty: true } } });
    const before = await session.until('rl', 'main', 'running');
    const terminal = Terminal.symphony(session, ['attach', 'main', '-e', 'rl']);
    await terminal.until(/ctrl-/i);
    const [, letter] = /ctrl-(.)/i.exec(terminal.output) ?? [];
    terminal.type('hello\r');
    await terminal.until(/you said <hello>/);
    terminal.type('ü\r');
    await terminal.until(/you said <ü>/);
    terminal.type(String.fromCharCode((letter ?? ']').toUpperCase().charCodeAt(0) - 64));
    terminal.type('d');
    expect((await terminal.exited).exitCode).toBe(0);
    expect(await session.until('rl', 'main', 'running')).toMatchObject({ pid: before.pid });
    const log = (await session.logs('rl', 'main')).map((line) => line.replace(/\r$/, ''));
    expect(log).toEqual(expect.arrayContaining(['a terminal', 'you said <hello>', 'you said <ü>']));
  });

  test('attach ends when the process ends, and says so', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: 'read line; exit 4', tty: true } } });
    await session.until('rl', 'main', 'running');
    const terminal = Terminal.symphony(session, ['attach', 'main', '-e', 'rl']);
    await terminal.until(/ctrl-/i);
    terminal.type('\r');
    await terminal.exited;
    expect(terminal.output).toContain('main ended.');
    expect(terminal.output).not.toContain('symphony-end');
    expect(await session.until('rl', 'main', 'failed')).toMatchObject({ exitCode: 4 });
  });

  test('a closed terminal detaches, and another one finds the process unchanged', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: echoing, tty: true } } });
    await session.until('rl', 'main', 'running');
    const first = Terminal.symphony(session, ['attach', 'main', '-e', 'rl']);
    await first.until(/ctrl-/i);
    first.type('first\r');
    await first.until(/you said <first>/);
    first.close();
    await first.exited;
    for (const supervisor of supervisors(session)) process.kill(supervisor.pid, 'SIGKILL');
    const second = Terminal.symphony(session, ['attach', 'main', '-e', 'rl']);
    await second.until(/ctrl-/i);
    second.type('second\r');
    await second.until(/you said <second>/);
    second.close();
    await second.exited;
    expect(await session.until('rl', 'main', 'running')).toMatchObject({ restarts: 0 });
  });

  test('the size of the terminal reaches the process', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: 'while read line; do stty size; done', tty: true } } });
    await session.until('rl', 'main', 'running');
    const terminal = Terminal.symphony(session, ['attach', 'main', '-e', 'rl']);
    await terminal.until(/ctrl-/i);
    terminal.type('\r');
    await terminal.until(/30 100/);
    terminal.resize(77, 22);
    terminal.type('\r');
    await terminal.until(/22 77/);
    terminal.close();
    await terminal.exited;
  });

  test('input after a resize sees the new size, even when both arrive at once', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: 'while read line; do stty size; done', tty: true } } });
    await session.until('rl', 'main', 'running');
    const terminal = Terminal.symphony(session, ['attach', 'main', '-e', 'rl']);
    await terminal.until(/ctrl-/i);
    terminal.type('\r');
    await terminal.until(/30 100/);
    for (const columns of [71, 72, 73]) {
      process.kill(terminal.pid, 'SIGSTOP');
      await waitFor(() => /State:\s+T/.test(readFileSync(`/proc/${terminal.pid}/status`, 'utf8')));
      const from = terminal.output.length;
      terminal.resize(columns, 22);
      terminal.type('\r');
      process.kill(terminal.pid, 'SIGCONT');
      await terminal.until(/\d\d 7\d\s|30 100\s/, { from });
      expect(terminal.output.slice(from)).toContain(`22 ${columns}`);
    }
    terminal.close();
    await terminal.exited;
  });

  test('leaving a full-screen program restores the terminal', async ({ session }) => {
    const enter = '\\033[?1049h\\033[?25l\\033[?1000h\\033[?2004h\\033(0\\033[31m\\033]0;title\\007drawn';
    await session.launch('rl', {
      processes: { main: { command: `printf '${enter}'; while read line; do echo again; done`, tty: true } },
    });
    await session.until('rl', 'main', 'running');
    const terminal = Terminal.symphony(session, ['attach', 'main', '-e', 'rl']);
    await terminal.until(/drawn/);
    terminal.type('\x1d');
    expect((await terminal.exited).exitCode).toBe(0);
    const screen = new xterm.Terminal({ cols: 100, rows: 30, allowProposedApi: true });
    await new Promise<void>((resolve) => screen.write(terminal.output, resolve));
    const lines = Array.from({ length: 30 }, (_, row) => screen.buffer.active.getLine(row)?.translateToString(true));
    expect(screen.buffer.active.type).toBe('normal');
    expect(screen.modes).toMatchObject({ mouseTrackingMode: 'none', bracketedPasteMode: false });
    expect(lines.join('\n').trim()).toMatch(/^Attached to main.*\nDetached; main keeps running\.$/);
    expect(terminal.output).toMatch(/\x1b\[22;0t[\s\S]*\x1b\]0;title\x07[\s\S]*\x1b\[\?25h[\s\S]*\x1b\[23;0t/);
  });

  test('is ended with everything that runs in its terminal', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: 'trap "" HUP; sleep 601 & sleep 602', tty: true } } });
    await session.until('rl', 'main', 'running');
    await session.delete('rl');
    await session.place.expectNothingLeft();
  });

  test('attach without a terminal, or to a process without one, is refused in words', async ({ session }) => {
    await session.launch('rl', {
      processes: { main: { command: echoing, tty: true }, plain: { command: ['sleep', '600'] } },
    });
    await session.until('rl', 'main', 'running');
    const piped = await session.run(['attach', 'main', '-e', 'rl']);
    expect(piped.exitCode).not.toBe(0);
    expect(piped.stderr).toMatch(/terminal/);
    const terminal = Terminal.symphony(session, ['attach', 'plain', '-e', 'rl']);
    expect((await terminal.exited).exitCode).not.toBe(0);
    expect(terminal.output).toMatch(/tty/);
  });
});
