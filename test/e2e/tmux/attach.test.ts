import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { stateTag } from '../../../src/backends/kit/host/runtime-folder.ts';
import { Terminal } from '../../support/terminal.ts';
import { waitFor } from '../../support/wait-for.ts';
import { test } from './support/tmux-session.ts';

const detach = String.fromCharCode(0x1d);

/** A home whose tag, the beginning of its marks in tmux, starts with this character. */
function homeWithTag(start: string, folder: string): string {
  const { SYMPHONY_HOME } = process.env;
  try {
    for (let number = 0; ; number++) {
      const home = join(folder, `home-${number}`);
      process.env.SYMPHONY_HOME = home;
      if (stateTag().startsWith(start)) return home;
    }
  } finally {
    if (SYMPHONY_HOME === undefined) delete process.env.SYMPHONY_HOME;
    else process.env.SYMPHONY_HOME = SYMPHONY_HOME;
  }
}

describe('attach in tmux', () => {
  test('enters the window of a process and leaves it with the stated key', async ({ session }) => {
    const command = 'while read line; do echo "you said <$line>"; done';
    await session.launch('rl', { processes: { first: { command: 'sleep 600' }, main: { command, tty: true } } });
    const { pid } = await session.until('rl', 'main', 'running');
    const terminal = Terminal.symphony(session, ['attach', 'main', '-e', 'rl']);
    await terminal.until(/ctrl-\]/);
    await terminal.until(/leave: ctrl-\]/);
    terminal.type('hello\r');
    await terminal.until(/you said <hello>/);
    terminal.type(detach);
    expect((await terminal.exited).exitCode).toBe(0);
    expect(terminal.output).toContain('keeps running');
    expect(await session.until('rl', 'main', 'running')).toMatchObject({ pid, restarts: 0 });
    expect(await session.tmux.ok('list-sessions', '-F', '#{session_name}')).toBe('rl\n');
  });

  test('works inside another tmux, and each of two attached terminals shows its own window', async ({ session }) => {
    session.env.TMUX = '/tmp/another-tmux,1,0';
    session.env.TMUX_PANE = '%0';
    await session.launch('rl', {
      processes: { one: { command: 'echo in one; exec sleep 600' }, two: { command: 'echo in two; exec sleep 600' } },
    });
    await session.until('rl', 'two', 'running');
    const one = Terminal.symphony(session, ['attach', 'one', '-e', 'rl']);
    await one.until(/in one/);
    const two = Terminal.symphony(session, ['attach', 'two', '-e', 'rl']);
    await two.until(/in two/);
    one.type('\f');
    expect(one.output).not.toContain('in two');
    one.type(detach);
    expect((await one.exited).exitCode).toBe(0);
    two.close();
    await two.exited;
    await waitFor(async () => (await session.tmux.ok('list-sessions', '-F', '#{session_name}')) === 'rl\n', {
      what: 'the views to be gone',
    });
  });

  test.for(['0', 'a'])('leaves with its key where the tag of the home begins with %s', async (start, { session }) => {
    session.env.SYMPHONY_HOME = homeWithTag(start, session.folder);
    await session.launch('rl', { processes: { main: { command: 'echo here; exec sleep 600' } } });
    await session.until('rl', 'main', 'running');
    const terminal = Terminal.symphony(session, ['attach', 'main', '-e', 'rl']);
    await terminal.until(/here/);
    terminal.type(detach);
    expect((await terminal.exited).exitCode).toBe(0);
  });

  test('ends when the experiment is deleted meanwhile', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: 'echo here; exec sleep 600' } } });
    await session.until('rl', 'main', 'running');
    const terminal = Terminal.symphony(session, ['attach', 'main', '-e', 'rl']);
    await terminal.until(/here/);
    await session.delete('rl');
    await terminal.exited;
  });
});
