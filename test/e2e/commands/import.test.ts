import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { test } from '../../support/session.ts';

const compose = `
name: shop
services:
  job: { image: x, command: ["sh", "-c", "echo $$GREETING $WHO > done; echo migrated"], environment: { GREETING: hello } }
  web:
    image: x
    command: sh -c 'echo serving; exec sleep 600'
    env_file: web.env
    depends_on: { job: { condition: service_completed_successfully } }
    healthcheck: { test: ["CMD", "test", "-f", "done"] }
    networks: [back]
`;

test('an imported compose file is launched, and runs in its order', async ({ session }) => {
  await session.file('compose.yaml', compose);
  await session.file('web.env', 'A=1\n');
  const written = await session.run(['import', 'compose.yaml', '-o', 'symphony.yaml'], { env: { WHO: 'world' } });
  expect(written).toMatchObject({ exitCode: 0, stdout: '' });
  expect(written.stderr).toMatch(/^Wrote symphony\.yaml\..*\nOne thing could not be carried over;/);
  expect((await stat(join(session.folder, 'symphony.yaml'))).mode & 0o777).toBe(0o600);
  await session.ok(['launch', 'symphony.yaml', '--wait']);
  expect(await session.logs('shop', 'job')).toEqual(['migrated']);
  expect(await readFile(join(session.folder, 'done'), 'utf8')).toBe('hello world\n');
  expect(await session.logs('shop', 'web')).toEqual(['serving']);
});

test('an existing file is kept, unless it is forced', async ({ session }) => {
  await session.file('Procfile', 'web: sleep 1\n');
  await session.file('spec.yaml', 'mine\n');
  const refused = await session.run(['import', 'Procfile', '-o', 'spec.yaml']);
  expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
  expect(refused.stderr).toBe('error: spec.yaml exists.\nReplace it with --force.\n');
  expect(await readFile(join(session.folder, 'spec.yaml'), 'utf8')).toBe('mine\n');
  await session.ok(['import', 'Procfile', '-o', 'spec.yaml', '--force']);
  expect(parse(await readFile(join(session.folder, 'spec.yaml'), 'utf8')).processes.web.command).toBe('sleep 1');
});

test('paths are those from the folder that the declaration is written to', async ({ session }) => {
  await session.file(
    'app/process-compose.yaml',
    'processes: { a: { command: pwd, working_dir: sub }, b: { command: pwd } }',
  );
  await session.file('app/sub/x', '');
  await session.ok(['import', 'app/process-compose.yaml', '-o', 'deploy.yaml']);
  await session.ok(['launch', 'deploy.yaml', '--name', 'paths', '--wait=done']);
  expect(await session.logs('paths', 'a')).toEqual([join(session.folder, 'app/sub')]);
  expect(await session.logs('paths', 'b')).toEqual([join(session.folder, 'app')]);
});

test('the declaration as data, from a file whose kind is said', async ({ session }) => {
  await session.file('tasks', 'web: sleep 1\n');
  const data = JSON.parse(await session.ok(['import', 'tasks', '--from', 'procfile', '--output', 'json']));
  expect(data.processes).toEqual({ web: expect.objectContaining({ command: 'sleep 1' }) });
});

test.for<[string, readonly string[], number, RegExp]>([
  ['no file', ['import'], 2, /missing required argument/i],
  ['a file that is not there', ['import', 'gone.yaml'], 2, /There is no file .*gone\.yaml/],
  ['a declaration', ['import', 'rl.yaml'], 2, /is a declaration of Symphony already\.\nLaunch it/],
  ['another kind', ['import', 'rl.yaml', '--from', 'make'], 2, /procfile, compose, process-compose/],
  ['nothing of the kind', ['import', 'rl.yaml', '--from', 'compose'], 2, /rl\.yaml declares no services/],
])('%s', async ([, args, code, message], { session }) => {
  await session.file('rl.yaml', 'name: rl\nprocesses: { a: { command: b } }\n');
  const { exitCode, stderr } = await session.run(args);
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(code);
});

test('completion knows its options and files', async ({ session }) => {
  expect(await session.ok(['__complete', '--', 'import', '--from', ''])).toBe(
    'procfile\t\ncompose\t\nprocess-compose\t\n',
  );
  expect(await session.ok(['__complete', '--', 'import', '-o', ''])).toBe(':files\n');
  expect(await session.ok(['__complete', '--', 'import', ''])).toBe(':files\n');
});
