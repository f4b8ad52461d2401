import { describe, expect } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { test } from './support/tmux-session.ts';

const rl = {
  processes: { learner: { command: 'echo learning; exec sleep 600' }, eval: { command: 'echo over; exit 3' } },
  groups: { agents: { processes: { agent: { command: 'exec sleep 600', replicas: 2 } } } },
};

describe('an experiment in tmux', () => {
  test('is a session with a window for each process, in the order of declaration', async ({ session }) => {
    await session.launch('rl', rl);
    expect(await session.tmux.windows()).toEqual([
      'rl 0 learner',
      'rl 1 eval',
      'rl 2 agents:agent-0',
      'rl 3 agents:agent-1',
    ]);
  });

  test('shows in each window what its process wrote, also after it has ended', async ({ session }) => {
    await session.launch('rl', rl);
    await session.until('rl', 'eval', 'failed');
    const shows = (window: string, text: string) =>
      waitFor(async () => (await session.tmux.screen(`=rl:${window}`)).includes(text), { what: text });
    await shows('0', 'learning');
    await shows('1', 'over');
    const tellsExitCode = async () => {
      // tmux 3.3 can miss the SIGCHLD of a child that ends right after its start, and reaps it with the next child.
      await session.tmux.ok('run-shell', 'true');
      return (await session.tmux.screen('=rl:1')).at(-1)?.includes('status 3');
    };
    await waitFor(tellsExitCode, { what: 'the window to tell the exit code' });
  });

  test('gives the next run of a process the same window', async ({ session }) => {
    await session.launch('rl', rl);
    await session.until('rl', 'eval', 'failed');
    const before = await session.tmux.ok('list-panes', '-a', '-F', '#{pane_id}');
    await session.tmux.ok('rename-window', '-t', '=rl:1', 'my own name');
    await session.tmux.ok('rename-session', '-t', '=rl', 'other');
    await session.ok(['restart', 'eval', '-e', 'rl']);
    await session.until('rl', 'eval', ({ state, restarts }) => state === 'failed' && restarts === 1);
    expect(await session.tmux.ok('list-panes', '-a', '-F', '#{pane_id}')).toBe(before);
    expect((await session.tmux.windows())[1]).toBe('other 1 my own name');
    expect(await session.logs('rl', 'eval', '--all')).toEqual(['over', 'over']);
  });

  test('keeps a short history where the spec asks for it, and the whole log', async ({ session }) => {
    const command = 'i=0; while [ $i -lt 500 ]; do echo "line $i"; i=$((i + 1)); done; exec sleep 600';
    await session.launch('rl', { processes: { main: { command } }, tmux: { historyLimit: 20 } });
    await waitFor(async () => (await session.tmux.screen('=rl:0')).at(-1) === 'line 499', { what: 'the last line' });
    expect((await session.tmux.screen('=rl:0')).length).toBeLessThan(150);
    expect(await session.logs('rl', 'main')).toHaveLength(500);
  });

  test('refuses fields of the section tmux that there are not', async ({ session }) => {
    const path = await session.file('bad.json', {
      name: 'bad',
      tmux: { historyLimit: -1 },
      processes: { main: { command: 'true', tmux: { colour: 'red' } } },
    });
    const { exitCode, stderr } = await session.run(['launch', path]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('tmux.historyLimit');
    expect(stderr).toContain('processes.main.tmux.colour');
    expect(await session.tmux.isRunning()).toBe(false);
  });

  test('gives a hundred thousand bytes of environment and hard arguments to a process unchanged', async ({
    session,
  }) => {
    const hard = ['', 'a b', '$HOME;', '`x`\n"', "'", '日本 🎼', ';', '#{pane_id} #S %d', '\\', 'end;'];
    const big = 'é"\'$`\\\n;'.repeat(11_000);
    const print = 'console.log(JSON.stringify([process.argv.slice(1), process.env.BIG, process.env.TMUX ?? null]))';
    await session.launch('rl', {
      processes: { main: { command: [process.execPath, '-e', print, '--', ...hard], env: { BIG: big } } },
    });
    await session.until('rl', 'main', 'succeeded');
    const path = await session.json<{ location: string }>(['describe', 'rl']);
    const log = await session.ok([
      'exec',
      'main',
      '-e',
      'rl',
      '--',
      'cat',
      `${path.location.split(', tmux')[0]}/logs/main.log`,
    ]);
    expect(JSON.parse(log)).toEqual([hard, big, null]);
  });
});

describe('a process with a terminal in tmux', () => {
  test('has its window for a terminal, and a log from the first byte to the last', async ({ session }) => {
    const command = 'echo first; test -t 0 && test -t 1 && echo "a terminal"; seq 3000; printf last';
    await session.launch('rl', { processes: { main: { command, tty: true } } });
    await session.until('rl', 'main', 'succeeded');
    const lines = await session.logs('rl', 'main');
    expect(lines).toEqual([
      'first',
      'a terminal',
      ...Array.from({ length: 3000 }, (_, index) => `${index + 1}`),
      'last',
    ]);
    expect(await session.logs('rl', 'main', '--tail', '1')).toEqual(['last']);
  });

  test('is told which key was pressed in its window; ctrl-c ends it, ctrl-z does not stop it for ever', async ({
    session,
  }) => {
    const command = 'trap "echo interrupted; exit 7" INT; echo ready; while :; do read line && echo "<$line>"; done';
    await session.launch('rl', { processes: { main: { command, tty: true, ready: { log: '^ready$' } } } });
    await session.until('rl', 'main', 'running');
    const logged = (line: string) =>
      waitFor(async () => (await session.logs('rl', 'main')).some((text) => text.includes(line)), { what: line });
    await session.tmux.ok('send-keys', '-t', '=rl:0', 'hello', 'Enter');
    await logged('<hello>');
    await session.tmux.ok('send-keys', '-t', '=rl:0', 'C-z');
    await session.tmux.ok('send-keys', '-t', '=rl:0', 'again', 'Enter');
    await logged('<again>');
    await session.tmux.ok('send-keys', '-t', '=rl:0', 'C-c');
    expect(await session.until('rl', 'main', 'failed')).toMatchObject({ exitCode: 7 });
  });
});

describe('a process without a terminal in tmux', () => {
  test('gets the ctrl-c of its window all the same', async ({ session }) => {
    await session.launch('rl', { processes: { main: { command: 'exec sleep 600' } } });
    await session.until('rl', 'main', 'running');
    await session.tmux.ok('send-keys', '-t', '=rl:0', 'C-z');
    await session.tmux.ok('send-keys', '-t', '=rl:0', 'C-c');
    expect(await session.until('rl', 'main', 'failed')).toMatchObject({ signal: 'SIGINT' });
  });
});
