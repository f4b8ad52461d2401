import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findExecutable } from '../../../../src/backends/kit/programs/find-executable.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symphony-path-'));
  for (const name of ['a', 'b', 'a/folder']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'b', 'tool'), '', { mode: 0o755 });
  await writeFile(join(folder, 'a', 'tool'), '', { mode: 0o644 });
  await writeFile(join(folder, 'a', 'text'), '', { mode: 0o644 });
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('finds the first executable of the PATH', () => {
  const path = `${folder}/none:${folder}/a:${folder}/b`;
  expect(findExecutable('tool', path)).toEqual({ kind: 'found', path: join(folder, 'b', 'tool') });
});

test('says what prevents the execution of what there is', () => {
  const path = `${folder}/a:${folder}/b`;
  expect(findExecutable('folder', path)).toMatchObject({ kind: 'refused', why: 'not a file' });
  expect(findExecutable('none', path)).toEqual({ kind: 'missing', path: join(folder, 'a', 'none') });
});

// A superuser may execute nothing without an executable bit either.
test('a file without an executable bit is refused', () => {
  expect(findExecutable('text', `${folder}/a`)).toEqual({
    kind: 'refused',
    path: join(folder, 'a', 'text'),
    why: 'not executable',
  });
});

test('relative names and folders stand below the working directory, and need one', () => {
  expect(findExecutable('./tool', '', join(folder, 'b'))).toEqual({ kind: 'found', path: join(folder, 'b', 'tool') });
  expect(findExecutable('tool', 'b', folder)).toEqual({ kind: 'found', path: join(folder, 'b', 'tool') });
  expect(findExecutable('tool', '', join(folder, 'b'))).toMatchObject({ kind: 'found' });
  expect(findExecutable('tool', 'b')).toMatchObject({ kind: 'missing' });
});
