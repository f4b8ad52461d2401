import { expect } from 'vitest';
import { test } from '../../support/session.ts';
import { Terminal } from '../../support/terminal.ts';

const sleeper = {
  processes: { main: { command: 'printf "\\033[31mred\\033[0m\\033[2J\\n10%%\\r20%%\\n"; sleep 600' } },
};
const pair = {
  processes: { main: { command: 'echo from main; sleep 600' } },
  groups: { agents: { processes: { agent: { command: 'echo from agent; sleep 600', replicas: 2 } } } },
};

test('deleting asks for confirmation, and can be declined', async ({ session }) => {
  await session.launch('rl', sleeper);
  const refused = Terminal.symphony(session, ['delete', 'r']);
  await refused.until(/Delete rl \(1 process running\)\?/);
  refused.type('n\r');
  expect((await refused.exited).exitCode).toBe(1);
  expect(refused.output).toContain('Nothing was deleted.');
  expect(await session.experiments()).toHaveLength(1);

  const interrupted = Terminal.symphony(session, ['delete']);
  await interrupted.until(/Delete rl/);
  interrupted.type('\x03');
  expect((await interrupted.exited).exitCode).toBe(130);
  expect(await session.experiments()).toHaveLength(1);

  const agreed = Terminal.symphony(session, ['delete']);
  await agreed.until(/Delete rl/);
  agreed.type('y\r');
  expect((await agreed.exited).exitCode).toBe(0);
  expect(agreed.output).toContain('Deleted rl.');
  expect(await session.experiments()).toEqual([]);
});

test('a terminal without cursor positioning gets no full-screen interface', async ({ session }) => {
  for (const words of [[], ['ui']]) {
    const terminal = new Terminal(session, ['env', 'TERM=dumb', ...session.bin, ...words]);
    expect((await terminal.exited).exitCode).toBe(2);
    expect(terminal.output).toMatch(/TERM is dumb[\s\S]*symphony ls/);
    expect(terminal.output).not.toContain('\x1b');
  }
});

test('an ambiguous name offers a choice', async ({ session }) => {
  await session.launch('rl', pair);
  const terminal = Terminal.symphony(session, ['logs', 'agen', '--tail', '5']);
  await terminal.until(/Which process is "agen"\?[\s\S]*agents\/agent-0[\s\S]*agents\/agent-1/);
  terminal.type('\x1b[B\r');
  expect((await terminal.exited).exitCode).toBe(0);
  expect(terminal.output).toContain('from agent');
  const piped = await session.run(['logs', 'agen']);
  expect(piped.exitCode).toBe(2);
  expect(piped.stderr).toContain('Name one of: agents/agent-0, agents/agent-1.');
});

test('stopping by an abbreviated name asks first', async ({ session }) => {
  await session.launch('rl', pair);
  await session.until('rl', 'main', 'running');
  const terminal = Terminal.symphony(session, ['stop', 'mai']);
  await terminal.until(/Stop main\?/);
  terminal.type('y\r');
  expect((await terminal.exited).exitCode).toBe(0);
  await session.until('rl', 'main', 'stopped');
  expect((await session.run(['stop', 'agents/agent-'])).exitCode).toBe(2);
  await session.ok(['stop', 'agent']);
  for (const name of ['agent-0', 'agent-1']) await session.until('rl', name, 'stopped');
  await session.ok(['restart', 'main']);
  await session.until('rl', 'main', 'running');
});

test('a terminal gets colours without other escape sequences, a pipe gets the bytes as written', async ({
  session,
}) => {
  await session.launch('rl', sleeper);
  await session.until('rl', 'main', 'running');
  const shown = Terminal.symphony(session, ['logs', 'main']);
  await shown.exited;
  expect(shown.output).toContain('\x1b[31mred\x1b[0m');
  expect(shown.output).not.toContain('\x1b[2J');
  expect(shown.output).toContain('20%');
  expect(shown.output).not.toContain('10%');
  expect(await session.ok(['logs', 'main'])).toBe('\x1b[31mred\x1b[0m\x1b[2J\n10%\r20%\n');

  const table = Terminal.symphony(session, ['p']);
  await table.exited;
  expect(table.output).toContain('\x1b[32mrunning');
  const env = { NO_COLOR: '1' };
  for (const plain of [
    Terminal.symphony(session, ['p', '--no-color']),
    new Terminal(session, ['env', 'NO_COLOR=1', ...session.bin, 'p']),
  ]) {
    await plain.exited;
    expect(plain.output).toContain('running');
    expect(plain.output).not.toContain('\x1b[');
  }
  expect(await session.ok(['p'], { env })).not.toContain('\x1b[');
});

test('ctrl-c while following a launch leaves the experiment running, and says so', async ({ session }) => {
  const file = await session.file('rl.json', { name: 'rl', ...pair });
  const terminal = Terminal.symphony(session, ['launch', file, '--follow']);
  await terminal.until(/from agent/);
  await terminal.until(/from main/);
  terminal.type('\x03');
  expect((await terminal.exited).exitCode).toBe(130);
  expect(terminal.output).toContain('rl keeps running');
  expect(await session.experiments()).toMatchObject([{ name: 'rl', state: 'running' }]);
});

test('a launch with --follow or --wait ends with the experiment', async ({ session }) => {
  // A process that binds a service and never listens never becomes ready.
  const job = { processes: { a: { command: 'echo done' }, b: { command: 'exit 3', bind: ['web'] } } };
  const file = await session.file('job.json', { name: 'job', ...job });
  const good = await session.run(['launch', file, '--follow', '--set', 'processes.b.command=exit 0', '--name', 'good']);
  expect(good).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('done') });
  const bad = await session.run(['launch', '--wait=done', file]);
  expect(bad.exitCode).toBe(1);
  expect(bad.stderr).toMatch(/error: b failed: exit code 3/);
  const waited = await session.run(['launch', '--wait', file, '--force', '--timeout', '20']);
  expect(waited.exitCode).toBe(1);
});

test('commands use the current experiment, or the only one', async ({ session }) => {
  await session.launch('one', sleeper);
  await session.launch('two', sleeper);
  expect(await session.ok(['se'])).toBe('two\n');
  await session.ok(['se', 'on']);
  expect(await session.ok(['se'])).toBe('one\n');
  expect(await session.ok(['ls'])).toMatch(/^\* +one /m);
  await session.ok(['se', '--none']);
  const asked = await session.run(['p']);
  expect(asked.exitCode).toBe(2);
  expect(asked.stderr).toContain('there are: one, two');
  const choice = Terminal.symphony(session, ['p']);
  await choice.until(/Which experiment\?/);
  choice.type('\r');
  expect((await choice.exited).exitCode).toBe(0);
  await session.delete('two');
  expect(await session.ok(['p', '-o', 'name'])).toBe('main\n');
  expect((await session.run(['delete', '--force'])).exitCode).toBe(2);
});

test('batches are deleted by pattern, and a dry run deletes nothing', async ({ session }) => {
  for (const name of ['sarah-a', 'sarah-b', 'tom-a']) await session.launch(name, sleeper);
  expect(await session.ok(['db', 'sarah-*', '--dry-run'])).toMatch(/^Would delete 2 experiments: .*sarah-/);
  expect(await session.experiments()).toHaveLength(3);
  expect((await session.run(['db', 'sarah-*'])).exitCode).toBe(2);
  await session.ok(['db', 'sarah-*', '--force']);
  expect((await session.experiments()).map(({ name }) => name)).toEqual(['tom-a']);
  expect((await session.run(['db', 'nobody-*', '--force'])).exitCode).toBe(3);
});

test('a service is visited through a tunnel in an ssh session, and settings have sources', async ({ session }) => {
  await session.launch('web', { processes: { main: { command: 'sleep 600', expose: { dashboard: null } } } });
  const [experiment] = await session.experiments();
  const port = experiment?.services[0]?.port;
  expect(await session.ok(['visit', 'dash', '--url-only'])).toBe(`http://127.0.0.1:${port}/\n`);
  const ssh = { SSH_CONNECTION: '10.0.0.1 5000 10.0.0.2 22' };
  expect(await session.ok(['vi'], { env: ssh })).toMatch(
    new RegExp(`^ssh -N -L ${port}:127\\.0\\.0\\.1:${port} \\S+@10\\.0\\.0\\.2\n$`),
  );

  await session.ok(['config', 'set', 'username', 'sarah']);
  expect(await session.json(['config', 'get', 'username'])).toMatchObject({ value: 'sarah', source: 'user' });
  const env = { SYMPHONY_USERNAME: 'tom' };
  expect(await session.json(['config', 'get', 'username'], { env })).toMatchObject({
    value: 'tom',
    source: 'environment',
  });
  await session.launch('rl', sleeper);
  expect(await session.ok(['se'])).toBe('sarah-rl\n');
  await session.ok(['delete', 'rl', '--force']);
  await session.ok(['config', 'unset', 'username']);
  expect(await session.ok(['config', 'get', 'username'])).toBe('\n');
});
