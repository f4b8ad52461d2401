import { readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { type Session, test } from '../../support/session.ts';

const ok = { command: 'sleep 600' };
const main = (fields: object) => ({ name: 'rl', processes: { main: { ...ok, ...fields } } });

/** What is wrong, the spec, and patterns that the message must match: the place first. */
const wrong: readonly [string, object | string, readonly RegExp[]][] = [
  ['an unknown field', main({ comand: 'x' }), [/processes\.main/, /comand/, /command/]],
  ['an unknown field of the experiment', { ...main({}), onFailur: 'stop' }, [/onFailur/, /onFailure/]],
  ['a wrong type', main({ replicas: 'many' }), [/processes\.main\.replicas/]],
  ['a missing command', { name: 'rl', processes: { main: {} } }, [/processes\.main/, /command/]],
  ['an empty command', main({ command: '' }), [/processes\.main\.command/]],
  ['an empty argv', main({ command: [] }), [/processes\.main\.command/]],
  ['no processes at all', { name: 'rl' }, [/process/]],
  [
    'a name given twice',
    'name: rl\nprocesses:\n  main: {command: a}\n  main: {command: b}\n',
    [/rl\.yaml:4:3/, /twice/],
  ],
  [
    'a replica with the name of a process',
    { name: 'rl', processes: { 'a-0': ok, a: { ...ok, replicas: 2 } } },
    [/a-0/],
  ],
  [
    'a service bound twice',
    { name: 'rl', processes: { a: { ...ok, bind: ['s'] }, b: { ...ok, bind: ['s'] } } },
    [/\bs\b/, /processes\.[ab]/],
  ],
  [
    'a connection to a name that no process binds',
    { name: 'rl', processes: { a: { ...ok, bind: ['replay'] }, b: { ...ok, connect: ['replai'] } } },
    [/processes\.b\.connect/, /replai/, /replay/],
  ],
  ['a bad DNS name', { name: 'rl', processes: { Main_Process: ok } }, [/Main_Process/]],
  ['a bad name of the experiment', { ...main({}), name: 'RL Run' }, [/name/, /RL Run/]],
  ['a name that is too long', { ...main({}), name: 'x'.repeat(64) }, [/63/]],
  ['a name with shell characters', { name: 'rl; rm -rf $HOME', processes: { main: ok } }, [/name/]],
  ['a name with control characters', { name: 'rl', processes: { 'a\u001b[31mb\u0007': ok } }, [/processes/]],
  ['a port out of range', main({ bind: { web: 70_000 } }), [/processes\.main\.bind\.web/, /65535/]],
  [
    'a port wanted twice',
    { name: 'rl', processes: { a: { ...ok, bind: { x: 7001 } }, b: { ...ok, bind: { y: 7001 } } } },
    [/7001/, /processes\.[ab]\.bind\.[xy]/],
  ],
  ['a reversed port range', { ...main({}), portRange: [8000, 7000] }, [/portRange/]],
  ['an invalid duration', main({ stop: { timeout: 'soon' } }), [/processes\.main\.stop\.timeout/, /soon/]],
  ['an unknown signal', main({ stop: { signal: 'BOOM' } }), [/processes\.main\.stop\.signal/]],
  ['an invalid size', main({ log: { size: 'huge' } }), [/processes\.main\.log\.size/]],
  ['an invalid pattern', main({ ready: { log: '(' } }), [/processes\.main\.ready/]],
  ['a pattern with an invalid escape', main({ ready: { log: 'a\\-b' } }), [/processes\.main\.ready\.log/]],
  [
    'readiness by a service that the process does not have',
    main({ ready: { service: 'web' } }),
    [/processes\.main\.ready/, /web/],
  ],
  ['an environment value of 128 KiB', main({ env: { BIG: 'x'.repeat(131_072) } }), [/processes\.main\.env\.BIG/]],
  ['an invalid variable name', main({ env: { 'A=B': 'x' } }), [/processes\.main\.env/, /A=B/]],
  ['a value with a NUL character', main({ env: { A: 'x\u0000y' } }), [/processes\.main\.env\.A/]],
  ['a YAML syntax error', 'name: rl\nprocesses:\n  main: {command: [a, b\n', [/rl\.yaml/, /\b[34]\b.*\d/s]],
  ['an alias that contains itself', 'name: rl\nprocesses: &p\n  main: {command: a, env: *p}\n', [/rl\.yaml|processes/]],
  ['a list instead of a spec', '- a\n- b\n', [/rl\.yaml|experiment/]],
  ['an empty file', '', [/rl\.yaml|empty/]],
  ['bytes that are not text', '\u0000\u0001\u0002', [/rl\.yaml/]],
];

/** The contents of every file that Symphony keeps. */
async function contents(session: Session): Promise<Record<string, string>> {
  const entries = await readdir(session.place.home, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(await Promise.all(files.map(async (path) => [path, await readFile(path, 'utf8')])));
}

async function expectRefused(session: Session, args: readonly string[], words: readonly RegExp[]): Promise<void> {
  const { exitCode, stdout, stderr } = await session.run(args);
  expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  for (const word of words) expect(stderr).toMatch(word);
  expect(stderr.replace(/\n/g, '')).not.toMatch(/[\u0000-\u001f\u007f]/);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
}

describe.concurrent('refused with exit code 2, the place, and nothing launched or changed', () => {
  test.for(wrong)('%s', async ([, spec, words], { session }) => {
    const file = await session.file('rl.yaml', spec);
    const before = await contents(session);
    await expectRefused(session, ['launch', file], words);
    expect(await contents(session)).toEqual(before);
    expect(session.place.running()).toEqual([]);
  });

  test('a file that does not exist, is a folder, or is a link to itself', async ({ session }) => {
    await expectRefused(session, ['launch', `${session.folder}/absent.yaml`], [/absent\.yaml/]);
    await expectRefused(session, ['launch', session.folder], [/folder|director/i]);
    await symlink(`${session.folder}/loop.yaml`, `${session.folder}/loop.yaml`);
    await expectRefused(session, ['launch', `${session.folder}/loop.yaml`], [/loop\.yaml/]);
  });

  test('a file of 10 MB', async ({ session }) => {
    const file = await session.file('big.yaml', `name: rl\nprocesses:\n  main:\n    command: ${'x'.repeat(10e6)}\n`);
    await expectRefused(session, ['launch', file], [/big\.yaml/]);
  });

  test('the same with -o json is an error of known shape', async ({ session }) => {
    const file = await session.file('rl.yaml', main({ comand: 'x' }));
    const { exitCode, stderr } = await session.run(['launch', file, '-o', 'json']);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'invalid-spec', message: expect.stringContaining('comand') },
    });
  });
});

test('a launch says at once which processes cannot be started, and starts the others', async ({ session }) => {
  const file = await session.file('rl.json', {
    name: 'rl',
    processes: {
      main: ok,
      typo: { command: ['no-such-program'], replicas: 5, restart: 'on-failure' },
      astray: { ...ok, startDir: '/no/such/folder' },
    },
  });
  const { exitCode, stdout, stderr } = await session.run(['launch', file]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'Launched rl on local: 7 processes.\n' });
  expect(stderr).toMatch(/typo-0, typo-1, typo-2 and 2 more: cannot be started: .*no-such-program/);
  expect(stderr).toMatch(/astray: cannot be started: .*\/no\/such\/folder does not exist/);
  expect(stderr).not.toMatch(/main/);
  await session.until('rl', 'main', 'running');
  const restarted = await session.run(['restart', 'astray', '-e', 'rl']);
  expect(restarted).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/astray cannot be started: .*folder/) });
});
