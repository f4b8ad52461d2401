import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { test } from '../../support/session.ts';
import { trainingSpecs } from '../../support/training-guide.ts';

/** The experiment of the guide, with small programs that speak to each other as its variables say. */
function withPrograms(name: string, programs: Readonly<Record<string, unknown>>) {
  const spec = trainingSpecs()
    .map((text) => parse(text))
    .find((found) => found.name === name);
  for (const [member, command] of Object.entries(programs)) {
    spec.processes[member].command = command;
    delete spec.files;
  }
  return spec;
}

const node = (program: string) => [process.execPath, '-e', program];

/** Retries until the other side listens, as libraries do. `answer` gets the first line that comes back. */
const dial = `
  const dial = (host, port, said, answer) => {
    const socket = require('net').connect(Number(port), host, () => socket.write(said + '\\n'));
    socket.on('error', () => setTimeout(dial, 100, host, port, said, answer));
    socket.once('data', (data) => { socket.end(); answer(String(data).trim()); });
  };`;

test('workers find rank 0 by the variables of PyTorch', async ({ session }) => {
  const worker = node(`${dial}
    const { MASTER_ADDR, MASTER_PORT, WORLD_SIZE, RANK, LOCAL_RANK } = process.env;
    if (LOCAL_RANK !== '0') throw new Error('no LOCAL_RANK');
    const ranks = new Set();
    const server = require('net').createServer((socket) => socket.on('error', () => {}).once('data', (data) => {
      ranks.add(String(data).trim());
      socket.end('welcome\\n');
      if (ranks.size === Number(WORLD_SIZE) - 1) server.close(() => console.log('ranks ' + [...ranks].sort()));
    }));
    if (RANK === '0') server.listen(Number(MASTER_PORT), MASTER_ADDR);
    else dial(MASTER_ADDR, MASTER_PORT, RANK, () => console.log('joined'));`);
  const file = await session.file('ddp.json', withPrograms('ddp', { worker }));
  const result = await session.run(['launch', file, '--wait=done', '--timeout', '60', '--follow'], { timeout: 90 });
  expect(result.exitCode).toBe(0);
  expect(result.stdout).toMatch(/ranks 1,2,3$/m);
  expect(result.stdout.match(/joined$/gm)).toHaveLength(3);
});

test('one learner hears of fifty agents, and its end is theirs', async ({ session }) => {
  const learner = node(`
    const seeds = new Set();
    require('net').createServer((socket) => socket.on('error', () => {}).once('data', (data) => {
      const [seed, agents] = String(data).trim().split(' of ');
      seeds.add(Number(seed));
      if (seeds.size < Number(agents)) return;
      console.log('agents 0 to ' + Math.max(...seeds));
      process.exit();
    })).listen(Number(process.env.SYMPH_TRAJECTORIES_PORT), process.env.SYMPH_TRAJECTORIES_HOST);`);
  const agent = [
    'bash',
    '-c',
    'exec 3<>/dev/tcp/${LEARNER%:*}/${LEARNER##*:} && echo "$SEED of $AGENTS" >&3 && exec sleep 600',
  ];
  const spec = withPrograms('actors', { learner, agent });
  // Agents that would be restarted until it listens take longer, on a machine under load.
  spec.processes.agent.after = { learner: 'ready' };
  const file = await session.file('actors.json', spec);
  const result = await session.run(['launch', file, '--wait=done', '--timeout', '90', '--follow'], { timeout: 100 });
  expect(result.exitCode).toBe(0);
  expect(result.stdout).toMatch(/agents 0 to 49$/m);
  const states = (await session.processes('actors')).map(
    ({ name, state }) => `${name === 'learner' ? name : 'agent'} ${state}`,
  );
  expect([...new Set(states)].sort()).toEqual(['agent stopped', 'learner succeeded']);
});

test('workers find every shard of a parameter server, which ends with them', async ({ session }) => {
  const server = node(`
    const { SHARD, SHARDS, SYMPH_SHARD_PORT, SYMPH_SHARD_HOST } = process.env;
    require('net').createServer((socket) => socket.on('error', () => {}).once('data', (data) =>
      socket.end('shard ' + SHARD + ' of ' + SHARDS + ' for ' + String(data)))).listen(Number(SYMPH_SHARD_PORT), SYMPH_SHARD_HOST);`);
  const worker = node(`${dial}
    const { SERVERS, WORKER, WORKERS } = process.env;
    for (const address of SERVERS.split(',')) {
      const [host, port] = address.split(':');
      dial(host, port, WORKER + ' of ' + WORKERS, (answer) => console.log(answer));
    }`);
  const file = await session.file('parameters.json', withPrograms('parameters', { server, worker }));
  const result = await session.run(['launch', file, '--wait=done', '--timeout', '60', '--follow'], { timeout: 90 });
  expect(result.exitCode).toBe(0);
  for (const shard of [0, 1])
    for (const number of [0, 1, 2, 3]) expect(result.stdout).toContain(`shard ${shard} of 2 for ${number} of 4`);
  const states = (await session.processes('parameters')).map(({ name, state }) => `${name.slice(0, -2)} ${state}`);
  expect([...new Set(states)].sort()).toEqual(['server stopped', 'worker succeeded']);
});

test('an environment of Python that is missing fails launch --wait, with the step', async ({ session }) => {
  const file = await session.file('environments.json', withPrograms('environments', { train: ['sleep', '600'] }));
  const result = await session.run(['launch', file, '--wait', '--timeout', '60'], { timeout: 90 });
  expect(result.exitCode).toBe(1);
  expect(result.stderr).toContain('its preamble failed: exit code 1; it ended in source .venv/bin/activate');
});

test.skipIf(!existsSync('/bin/dash'))('a shell that does not know source says what to write', async ({ session }) => {
  const spec = { ...withPrograms('environments', { train: ['sleep', '600'] }), shell: '/bin/dash' };
  const file = await session.file('environments.json', spec);
  const result = await session.run(['launch', file, '--wait', '--timeout', '60'], { timeout: 90 });
  expect(result.exitCode).toBe(1);
  expect(result.stderr).toContain('warning: preamble[0]: /bin/dash');
  expect(result.stderr).toContain('/bin/dash does not know source: write ". FILE" instead, or set shell: bash');
});

test('a shell that is not there is refused, and nothing is launched', async ({ session }) => {
  const spec = { ...withPrograms('environments', { train: 'exec sleep 600' }), shell: 'no-such-shell' };
  const file = await session.file('environments.json', spec);
  const result = await session.run(['launch', file], { timeout: 60 });
  expect(result.exitCode).toBe(2);
  expect(result.stderr).toContain('processes.train.shell: there is no command "no-such-shell" on its PATH');
  expect(await session.experiments()).toEqual([]);
});
