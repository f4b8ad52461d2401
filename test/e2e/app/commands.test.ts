import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { repository } from '../../support/bin.ts';
import type { Session } from '../../support/session.ts';
import { small, test, ticking } from './support/app-test.ts';

const two = { processes: { eval: { command: ticking('eval') }, learner: { command: ticking('learner') } } };

test('commands act on the experiment that is shown, not on the current one, and ask as the keys do', async ({
  session,
  open,
}) => {
  await session.launch('rl', two);
  await session.launch('rl2', two);
  await session.ok(['switch-experiment', 'rl']);
  const screen = await open();
  await screen.sees(/rl \* .*● running/);
  await screen.selects('rl2');
  screen.press('enter');
  await screen.sees('local › rl2');
  screen.type(':stop eval\r');
  await screen.sees('Stop eval of rl2?');
  screen.press('y');
  await screen.sees('Stopped eval of rl2.');
  screen.type(':process\r');
  await screen.sees('local › rl2 › :process');
  await screen.sees(/eval .*stopped/);
  screen.press('esc');
  screen.type(':restart eval -e rl\r');
  await screen.sees('Restart eval of rl?');
  screen.press('n');
  await screen.seesNo('Restart eval of rl?');
  screen.type(':exec learner -- sh -c "echo $SYMPH_PROCESS of $SYMPH_EXPERIMENT"\r');
  await screen.sees('learner of rl2');
  expect((await session.processes('rl')).map(({ state }) => state)).toEqual(['running', 'running']);
  expect((await session.processes('rl2')).map(({ state }) => state)).toEqual(['stopped', 'running']);
});

test('delete by name asks in a dialog, and deletes that one', async ({ session, open }) => {
  await session.launch('rl', two);
  await session.launch('rl2', two);
  const screen = await open();
  await screen.selects('rl2');
  screen.type(':delete rl\r');
  await screen.sees('Delete experiment rl?');
  screen.press('y');
  await screen.sees('Deleted rl.');
  expect((await session.experiments()).map(({ name }) => name)).toEqual(['rl2']);
  screen.type(':delete-batch "rl*"\r');
  await screen.sees('Delete experiment rl2?');
  screen.press('esc');
  await screen.seesNo('Delete experiment rl2?');
  screen.press('?');
  await screen.sees('› help');
  screen.type(':stop eval\r');
  await screen.sees('stop needs an experiment, and the screen shows none.');
});

test('a command that does not end leaves room on the status line, and is cancelled with esc or ctrl-c', async ({
  session,
  open,
}) => {
  await session.launch('rl', small);
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('enter', 'l');
  await screen.sees('● following');
  for (const key of ['esc', 'ctrl-c']) {
    screen.type(':wait --for done\r');
    await screen.sees(/● following.*[◐◓◑◒] :wait --for done esc cancels/);
    for (const sign of ['◐', '◓', '◑', '◒']) await screen.sees(`${sign} :wait`);
    screen.press(key);
    await screen.seesNo('esc cancels');
    await screen.sees(/cancelled ──|Cancelled: :wait/);
    if (screen.text.includes('› :wait')) screen.press('esc');
    await screen.sees('● following');
  }
  expect(screen.isAlternate).toBe(true);
});

test('a command with much output keeps the end, and the view says so', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.type(':exec learner -- seq 1 300000\r');
  await screen.sees('› :exec learner');
  await screen.sees(/↑ [\d,]+ earlier characters were not kept/);
  screen.press('G');
  await screen.sees(/^300000 /m);
});

test('logs are opened by their command, also to be followed', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.type(':logs learner -f -g "tick 1"\r');
  await screen.sees('local › rl › learner');
  await screen.sees('● following');
  await screen.sees('&tick 1');
  await screen.sees('learner tick 1');
  await screen.seesNo('learner tick 2');
});

/** A program on the local backend that writes stray output of all kinds once a file `go` exists. */
async function noisyProgram(session: Session): Promise<readonly string[]> {
  const url = (name: string) => JSON.stringify(new URL(`dist/${name}.js`, `file://${repository}/`).href);
  const source = `
    import { existsSync } from 'node:fs';
    import { SymphonyParser } from ${url('commands')};
    import { Cluster } from ${url('index')};

    const timer = setInterval(() => {
      if (!existsSync(${JSON.stringify(join(session.folder, 'go'))})) return;
      clearInterval(timer);
      process.emitWarning('a-warning-of-node');
      console.error('said-to-the-%s', 'console');
      console.log('said-to-the-log');
      process.stderr.write('written-to-stderr\\n');
      const late = Promise.reject(new Error('a-stray-rejection'));
      setTimeout(() => late.catch(() => {}), 100);
    }, 50);
    class Noisy extends SymphonyParser {
      createCluster() { return Cluster.new('local'); }
    }
    await new Noisy().main();
    clearInterval(timer);
  `;
  return [process.execPath, await session.file('noisy.mjs', source)];
}

test('warnings, rejections, the console and stderr go to a file, never over the screen', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open({ columns: 120, command: await noisyProgram(session) });
  await screen.sees(/rl .*● running/);
  await writeFile(join(session.folder, 'go'), '');
  await screen.sees('Output that does not belong to the interface was captured.');
  await screen.sees('interface.log');
  await screen.sees('✗ a-stray-rejection');
  const log = join(session.place.home, 'state', 'interface.log');
  const noise = [
    'a-warning-of-node',
    'said-to-the-console',
    'said-to-the-log',
    'written-to-stderr',
    'RejectionHandled',
  ];
  await expect.poll(() => readFile(log, 'utf8')).toMatch(/RejectionHandled/);
  for (const text of [...noise, 'unhandled rejection: Error: a-stray-rejection']) {
    expect(await readFile(log, 'utf8')).toContain(text);
  }
  expect(await screen.quit()).toBe(0);
  for (const text of noise) expect(screen.output).not.toContain(text);
});

test('attaching to a process without a terminal says so, and prints no warning', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('enter');
  await screen.sees('agent-2');
  for (let time = 0; time < 3; time++) {
    screen.press('a');
    await screen.sees('Give it one with tty: true');
    screen.press('esc');
    await screen.seesNo('Give it one with tty: true');
  }
  await screen.sees(/local › rl .*4\/4 ready/);
  expect(await screen.quit()).toBe(0);
  expect(screen.output).not.toContain('Warning');
  await expect(readFile(join(session.place.home, 'state', 'interface.log'))).rejects.toMatchObject({ code: 'ENOENT' });
});
