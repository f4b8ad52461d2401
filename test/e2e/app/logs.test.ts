import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { small, test, ticking } from './support/app-test.ts';

test('logs are followed, paused and followed again', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open({ rows: 16 });
  await screen.sees(/rl .*● running/);
  screen.press('enter');
  await screen.sees('learner');
  screen.press('l');
  await screen.sees('● following');
  await screen.sees('learner tick 20');
  screen.press('k');
  await screen.sees('‖ paused');
  const top = screen.rows[2];
  await screen.sees(/[4-9]\d lines/);
  expect(screen.rows[2]).toBe(top);
  screen.press('G');
  await screen.sees('● following');
  await waitFor(() => screen.rows[2] !== top);
});

test('logs of several marked processes are merged, each line with its name', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('enter');
  await screen.sees('agent-2');
  screen.press('space', 'j', 'space');
  await screen.sees('◆ 2 marked');
  screen.press('l');
  await screen.sees('local › rl › 2 processes');
  await screen.sees(/^learner +│ learner tick/m);
  await screen.sees(/^agents\/agent-0 │ agent tick/m);
  expect(screen.text).not.toMatch(/agents\/agent-1 │/);
});

test('logs of a whole group, and of the whole experiment', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('enter');
  await screen.sees('agent-2');
  screen.press('j', 'l');
  await screen.sees('local › rl › agents');
  await screen.sees(/agents\/agent-2 │ agent tick/);
  screen.press('esc', 'L');
  await screen.sees('local › rl › all');
  await screen.sees(/learner +│ learner tick/);
});

test('a search highlights and counts matches, a filter keeps them, and its inverse keeps the rest', async ({
  session,
  open,
}) => {
  await session.launch('rl', {
    processes: {
      main: { command: 'for i in 1 2 3 4 5 6; do echo "odd or even $i"; done; echo "Error: lost"; exec sleep 1000' },
    },
  });
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('l');
  await screen.sees('Error: lost');
  screen.type('/even [24]\r');
  await screen.sees(/\/even \[24\] 2 of 2/);
  expect(screen.litTexts).toEqual(['even 2', 'even 4']);
  screen.press('N');
  await screen.sees(/\/even \[24\] 1 of 2/);
  screen.press('esc');
  screen.type('&error\r');
  await screen.seesNo('odd or even');
  await screen.sees('Error: lost');
  screen.press('esc');
  screen.type('&!error\r');
  await screen.sees('odd or even 6');
  await screen.seesNo('Error: lost');
});

test('a log keeps its colours, and loses sequences that would take over the terminal', async ({ session, open }) => {
  const command = String.raw`printf '\033[31mred\033[0m \033[2J\033[Hhome \033]0;title\007end\n'; printf '10%%\r50%%\r100%%\n'; exec sleep 1000`;
  await session.launch('rl', { processes: { main: { command } } });
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('l');
  await screen.sees('red home end');
  await screen.sees(/^100%$/m);
  expect(screen.text).not.toContain('50%');
  expect(screen.rows[0]).toContain('local › rl');
  expect(screen.output).toContain('\x1b[31mred');
});

test('wide and long lines are wrapped or cut, and cut ones moved sideways', async ({ session, open }) => {
  const long = `start-${'宽'.repeat(60)}-end`;
  await session.launch('rl', { processes: { main: { command: `echo ${long}; exec sleep 1000` } } });
  const screen = await open({ columns: 80, rows: 24 });
  await screen.sees(/rl .*● running/);
  screen.press('l');
  await screen.sees(/宽-end/);
  screen.press('w');
  await screen.seesNo('-end');
  await screen.sees('start-宽');
  screen.press(...Array.from({ length: 8 }, () => 'right'));
  await screen.sees('-end');
});

test('the previous run of a process, and a log saved to a file', async ({ session, open }) => {
  await session.launch('rl', { processes: { main: { command: 'echo "run of $$"; exec sleep 1000' } } });
  const first = await session.until('rl', 'main', 'running');
  await session.ok(['restart', 'main', '-e', 'rl']);
  await session.until('rl', 'main', ({ state, pid }) => state === 'running' && pid !== first.pid);
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('enter');
  await screen.sees('main');
  screen.press('p');
  await screen.sees('previous run');
  await screen.sees(`run of ${first.pid}`);
  screen.press('ctrl-s');
  await screen.sees('save as: ');
  screen.press('ctrl-u');
  screen.type('kept.log\r');
  await screen.sees('Saved 1 line to');
  expect(await readFile(join(session.folder, 'kept.log'), 'utf8')).toBe(`run of ${first.pid}\n`);
});

test('what is on the screen is copied through the terminal', async ({ session, open }) => {
  await session.launch('rl', { processes: { main: { command: 'echo hello; exec sleep 1000' } } });
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('l');
  await screen.sees('hello');
  screen.press('y');
  await screen.sees('Copied 1 line of the screen.');
  expect(screen.output).toContain(`\x1b]52;c;${Buffer.from('hello').toString('base64')}\x07`);
});

test('a flood of lines stays readable: keys answer, and what was dropped is counted', async ({ session, open }) => {
  await session.launch('rl', {
    processes: {
      flood: { command: 'exec yes "a line of the flood that is long enough to matter"' },
      calm: { command: ticking('calm') },
    },
  });
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('enter');
  await screen.sees('flood');
  screen.press('l');
  await screen.sees('● following');
  await screen.sees(/last [\d,]+ (of [\d,]+ )?lines/, 30);
  screen.press('k');
  await screen.sees('‖ paused');
  screen.press('esc');
  await screen.sees(/calm +1/);
});

test('a long log says what is not loaded, searches what is loaded, and is saved completely', async ({
  session,
  open,
}) => {
  await session.launch('rl', {
    processes: {
      main: { command: "seq -f 'line %.0f' 1 20000; exec sleep 1000" },
      other: { command: 'echo short; exec sleep 1000' },
    },
  });
  const screen = await open({ columns: 120 });
  await screen.sees(/rl .*● running/);
  screen.press('enter');
  await screen.selects('main');
  screen.press('l');
  await screen.sees('last 5,000 of 20,000 lines');
  screen.press('g');
  await screen.sees(/^↑ 15,000 earlier lines are not loaded$/m);
  await screen.sees(/^line 15001$/m);
  screen.type('/line 12345$\r');
  await screen.sees('Nothing matches in the last 5,000 lines.');
  screen.press('ctrl-s');
  await screen.sees('save as: ');
  screen.press('ctrl-u');
  screen.type('~/nowhere/to/go\r');
  await screen.sees('cannot be written');
  await screen.sees('save as: ~/nowhere/to/go');
  screen.press('ctrl-u');
  screen.type('whole.log\r');
  await screen.sees('Saved 20,000 lines to');
  const saved = (await readFile(join(session.folder, 'whole.log'), 'utf8')).trimEnd().split('\n');
  expect([saved.length, saved[0], saved.at(-1)]).toEqual([20_000, 'line 1', 'line 20000']);
  screen.press('esc');
  await screen.seesNo('cannot be written');
  screen.press('esc');
  await screen.seesNo('line 12345$');
  screen.press('esc');
  await screen.selects('main');
  screen.press('L');
  await screen.sees(/last [\d,]+ of 20,001 lines/);
  screen.press('g');
  await screen.sees(/^↑ main: [\d,]+ earlier lines are not loaded$/m);
  expect(screen.text).not.toMatch(/↑ other/);
});

test('a time range with an end shows that time of a busy log, and does not follow', async ({ session, open }) => {
  // So many lines that those of the range are not among the last ones.
  const command = 'echo before; sleep 2; echo wanted; sleep 2; seq 1 30000; exec sleep 1000';
  await session.launch('rl', { processes: { main: { command } } });
  await waitFor(async () => (await session.logs('rl', 'main', '--tail', '1'))[0] === '30000', { timeout: 20 });
  const lines = await session.json<unknown>(['logs', 'main', '-e', 'rl', '-t', '--grep', 'wanted']);
  expect(lines).toMatchObject({ text: 'wanted' });
  const time = new Date((lines as { time: string }).time);
  const clock = time.toTimeString().slice(0, 8);
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('l');
  await screen.sees('last 5,000 of 30,002 lines');
  screen.type(`T${clock}-${clock}\r`);
  await screen.sees(/^\d\d:\d\d:\d\d wanted$/m);
  await screen.sees(`■ until ${clock}`);
  await screen.seesNo(' before');
  screen.press('esc');
  await screen.sees('● following');
});
