import { expect, test } from 'vitest';
import {
  carriedMode,
  filesKey,
  normalPath,
  placeholderFiles,
} from '../../../../src/backends/kit/files/carried-file.ts';

test('processes share a set of files if they have the same files in the same folder', () => {
  const key = filesKey({ startDir: '/work', files: ['a', 'b'] });
  expect(filesKey({ startDir: '/work', files: ['a', 'b'] })).toBe(key);
  for (const other of [
    { startDir: '/work', files: ['a'] },
    { startDir: '/work', files: ['a,b'] },
    { startDir: '/work/a', files: ['b'] },
    { startDir: '/other', files: ['a', 'b'] },
  ])
    expect(filesKey(other)).not.toBe(key);
});

test('a path is the same however an entry writes it', () => {
  for (const file of ['lib', 'lib/', './lib', 'lib//', 'src/../lib']) expect(normalPath(file)).toBe('lib');
});

test('only the executable bit of a file is kept', () => {
  expect([0o600, 0o644, 0o444, 0o666].map((mode) => carriedMode({ mode }))).toEqual([0o644, 0o644, 0o644, 0o644]);
  expect([0o700, 0o755, 0o510, 0o001].map((mode) => carriedMode({ mode }))).toEqual([0o755, 0o755, 0o755, 0o755]);
});

test('a plan shows each entry once, without its content', () => {
  const files = placeholderFiles({ files: ['lib/', './lib', '.', 'a.py'] });
  expect(files.map(({ path, content }) => [path, content.toString()])).toEqual([
    ['lib', '<the content of lib at launch>'],
    ['files', '<the content of . at launch>'],
    ['a.py', '<the content of a.py at launch>'],
  ]);
});
