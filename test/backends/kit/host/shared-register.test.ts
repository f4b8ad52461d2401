import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runtimeFolder } from '../../../../src/backends/kit/host/runtime-folder.ts';
import { type RegisterHolder, SharedRegister } from '../../../../src/backends/kit/host/shared-register.ts';

let folder = '';
let name = '';
let register: SharedRegister<RegisterHolder>;
const path = () => join(runtimeFolder(), `${name}.json`);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symphony-register-'));
  name = `test-${randomUUID()}`;
  register = new SharedRegister(name);
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(path(), { force: true });
});

const add = (key: string, experiment = 'rl') =>
  register.update(async (entries) => ({ entries: { ...entries, [key]: { experiment, folder } }, result: entries }));

test('changes at the same time are all kept', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, index) => add(`k${index}`)));
  expect(Object.keys(register.read())).toHaveLength(20);
});

test('a change that fails writes nothing', async () => {
  await add('a');
  const change = register.update(() => Promise.reject(new Error('no')));
  await expect(change).rejects.toThrow('no');
  expect(Object.keys(register.read())).toEqual(['a']);
});

test('a release of what is not held writes nothing', async () => {
  await register.release(folder);
  expect(existsSync(path())).toBe(false);
  await add('a');
  await register.release(folder);
  expect(register.read()).toEqual({});
});

test('the entries of an experiment end with its folder', async () => {
  await add('a');
  await rm(folder, { recursive: true });
  expect(register.read()).toEqual({});
});

test('what was released after its folder was removed stays released when there is such a folder again', async () => {
  await add('a');
  await rm(folder, { recursive: true });
  await register.release(folder);
  await mkdir(folder);
  expect(register.read()).toEqual({});
});

test('a restart of the machine releases everything', async () => {
  await add('a');
  const stored = JSON.parse(await readFile(path(), 'utf8'));
  await writeFile(path(), JSON.stringify({ ...stored, boot: 'an earlier one' }));
  expect(register.read()).toEqual({});
  await add('b');
  expect(Object.keys(register.read())).toEqual(['b']);
});

test.for(['', 'garbage', '[]', '{"boot": 1}'])('a register with the content %j is empty', async (content) => {
  await add('a');
  await writeFile(path(), content);
  expect(register.read()).toEqual({});
  expect(existsSync(path())).toBe(true);
});
