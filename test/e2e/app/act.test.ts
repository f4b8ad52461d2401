import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { small, test, ticking } from './support/app-test.ts';

test('an experiment is launched from the start screen, after a look at its plan', async ({ session, open }) => {
  await session.file(
    'demo/rl.yaml',
    `name: rl\nprocesses:\n  main:\n    command: ${JSON.stringify(ticking('main'))}\n`,
  );
  const screen = await open();
  await screen.sees('No experiment runs on local');
  screen.press('n');
  await screen.sees(/demo\/rl\.yaml +rl +1 process/);
  screen.press('enter');
  await screen.sees('plan of demo/rl.yaml');
  await screen.sees('enter launches it');
  expect(await session.experiments()).toEqual([]);
  screen.press('enter');
  await screen.sees('Launched rl.');
  await screen.sees(/main +1 .*● running/);
});

test('a broken experiment file says what is wrong with it', async ({ session, open }) => {
  await session.file('bad.yaml', 'name: bad\nprocesses:\n  main: { command: x, connect: [nobody] }\n');
  const screen = await open();
  screen.press('n');
  await screen.sees('bad.yaml');
  screen.press('enter');
  await screen.sees(/▌ ✗ .*bad\.yaml/);
  await screen.sees(/✗.*nobody/);
  // The first esc closes the message.
  screen.press('esc');
  await screen.seesNo('▌');
  await session.file('bad.yaml', 'name: good\nprocesses:\n  main: { command: x }\n');
  screen.press('enter');
  await screen.sees('plan of bad.yaml');
  screen.press('esc');
  await screen.sees(/bad\.yaml +good +1 process/);
  screen.press('esc');
  await screen.sees('No experiment runs');
});

test('delete asks first, and no means no', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('ctrl-d');
  await screen.sees('Delete experiment rl?');
  await screen.sees('4 running processes end');
  screen.press('enter');
  await screen.seesNo('Delete experiment rl?');
  screen.press('ctrl-d');
  await screen.sees('Delete experiment rl?');
  screen.press('esc');
  await screen.seesNo('Delete experiment rl?');
  expect((await session.processes('rl')).every(({ state }) => state === 'running')).toBe(true);
});

test('delete with consent ends everything', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('ctrl-d');
  await screen.sees('Delete experiment rl?');
  await screen.sees('On local.');
  screen.press('y');
  await screen.sees('Deleted rl.');
  await screen.sees('No experiment runs on local');
  expect(await session.experiments()).toEqual([]);
});

test('the list of processes does not delete the experiment, and says where that is done', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('enter');
  await screen.sees('agent-2');
  await screen.sees(/ctrl-k stop .*space mark/);
  screen.press('j', 'j', 'space', 'space');
  await screen.sees('◆ 2 marked');
  screen.press('ctrl-d');
  await screen.sees('Delete rl in the list of experiments, not here.');
  await screen.sees('esc goes there; ctrl-k stops the marked or selected processes.');
  screen.press('y');
  screen.press('esc');
  await screen.sees('◆ 2 marked');
  expect((await session.processes('rl')).every(({ state }) => state === 'running')).toBe(true);
});

test('marked processes are restarted together, and only those', async ({ session, open }) => {
  await session.launch('rl', small);
  const before = await session.processes('rl');
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('enter');
  await screen.sees('agent-2');
  screen.press('j', 'j', 'space', 'space');
  await screen.sees('◆ 2 marked');
  screen.press('r');
  await screen.sees('Restart 2 processes of rl?');
  await screen.sees('agents/agent-1');
  screen.press('y');
  await screen.sees('Restarted 2 processes of rl.');
  const changed = (await session.processes('rl')).filter(({ pid }) => !before.some((status) => status.pid === pid));
  expect(changed.map(({ name }) => name)).toEqual(['agent-0', 'agent-1']);
});

test('a process is stopped after a question, and shown as stopped', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('enter');
  await screen.sees('learner');
  screen.press('ctrl-k');
  await screen.sees('Stop learner of rl?');
  screen.press('y');
  await screen.sees(/learner .*■ stopped/);
});

test('a shell beside a process has its environment and folder; exit returns to the interface', async ({
  session,
  open,
}) => {
  await session.launch('rl', small);
  const screen = await open({ env: { SHELL: '/bin/sh' } });
  await screen.sees(/rl .*● running/);
  screen.press('enter');
  await screen.sees('learner');
  screen.press('s');
  await screen.sees('exit returns to Symphony');
  expect(screen.isAlternate).toBe(false);
  screen.type('echo "I am <$SYMPH_PROCESS>"\r');
  await screen.sees('I am <learner>');
  screen.type('exit\r');
  await screen.sees('local › rl ');
  expect(screen.isAlternate).toBe(true);
  screen.press('j');
  await screen.selects('agents');
});

test('a command beside a process tells what it said', async ({ session, open }) => {
  await session.launch('rl', small);
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('enter');
  await screen.sees('learner');
  screen.press('x');
  await screen.sees('run beside learner');
  screen.type('echo "$SYMPH_PROCESS has $((40 + 2))"; exit 3\r');
  await screen.sees('learner has 42');
  await screen.sees('exit code 3');
});

test('the terminal of a process is entered and left again', async ({ session, open }) => {
  const command = 'while read line; do echo "you said <$line>"; done';
  await session.launch('rl', { processes: { main: { command, tty: true } } });
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('enter');
  await screen.sees('main');
  screen.press('a');
  await screen.sees(/ctrl-\] returns to Symphony/);
  screen.type('hello\r');
  await screen.sees('you said <hello>');
  screen.press('ctrl-]');
  await screen.sees('main keeps running.');
  await screen.sees(/main .*● running/);
});

test('a file is copied from a process', async ({ session, open }) => {
  await writeFile(join(session.folder, 'weights'), 'precious');
  await session.launch('rl', small);
  const screen = await open();
  await screen.sees(/rl .*● running/);
  screen.press('enter');
  await screen.sees('learner');
  screen.press('c');
  await screen.sees('from learner to this machine');
  screen.press('enter');
  await screen.sees('copy learner:');
  screen.type('weights\r');
  await screen.sees('to weights');
  screen.type('-copy\r');
  await screen.sees('Copied weights to');
  expect(await readFile(join(session.folder, 'weights-copy'), 'utf8')).toBe('precious');
});

test('over ssh, visit shows the address and the tunnel to it', async ({ session, open }) => {
  const server = 'exec python3 -m http.server --bind "$SYMPH_PAGE_HOST" "$SYMPH_PAGE_PORT"';
  await session.launch('web', { processes: { server: { command: server, expose: ['page'] } } });
  const screen = await open({ env: { SSH_CONNECTION: '10.0.0.1 50000 10.0.0.2 22' } });
  await screen.sees(/web .*●|web .*◐/);
  screen.press('v');
  await screen.sees('Visit page');
  await screen.sees(/http:\/\/127\.0\.0\.1:\d+/);
  await screen.sees(/ssh -N -L \d+:127\.0\.0\.1:\d+ .*@10\.0\.0\.2/);
  screen.press('y');
  await screen.sees('Copied.');
  screen.press('esc');
  await screen.seesNo('Visit page');
});

test('an experiment becomes the current one', async ({ session, open }) => {
  const command = ticking('main', 1);
  await session.launch('one', { processes: { main: { command } } });
  await session.launch('two', { processes: { main: { command } } });
  const screen = await open();
  await screen.sees(/two \*/);
  screen.type('/one\r');
  await screen.seesNo(/two \*/);
  screen.press('e');
  await screen.sees(/one \*/);
  await waitFor(async () => (await session.ok(['se'])).trim() === 'one');
});
