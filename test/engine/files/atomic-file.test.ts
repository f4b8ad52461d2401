import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { writeFileAtomic } from '../../../src/engine/files/atomic-file.ts';
import { scratchFolder } from '../support/scratch-folder.ts';

const scratch = scratchFolder();

it('writes a file that only its owner can read, or with the requested mode', async () => {
  await writeFileAtomic(scratch.path('a'), 'one');
  await writeFileAtomic(scratch.path('b'), Buffer.from([0, 255]), { mode: 0o640 });
  expect(readFileSync(scratch.path('a'), 'utf8')).toBe('one');
  expect([...readFileSync(scratch.path('b'))]).toEqual([0, 255]);
  expect(statSync(scratch.path('a')).mode & 0o777).toBe(0o600);
  expect(statSync(scratch.path('b')).mode & 0o777).toBe(0o640 & ~process.umask());
});

it('shows readers either the old content or the new, however many writers there are', async () => {
  const path = scratch.path('file');
  const contents = Array.from({ length: 20 }, (_, index) => String(index).repeat(200_000));
  writeFileSync(path, contents[0] ?? '');
  const seen = new Set<string>();
  let writing = true;
  const written = Promise.all(contents.map((content) => writeFileAtomic(path, content))).finally(() => {
    writing = false;
  });
  while (writing) {
    seen.add(readFileSync(path, 'utf8'));
    await new Promise(setImmediate);
  }
  await written;
  for (const content of seen) expect(contents.includes(content)).toBe(true);
  expect(readdirSync(scratch.path())).toEqual(['file']);
});

it('leaves nothing behind when it fails', async () => {
  mkdirSync(scratch.path('folder/inside'), { recursive: true });
  await expect(writeFileAtomic(scratch.path('folder'), 'x')).rejects.toThrow();
  await expect(writeFileAtomic(scratch.path('none/file'), 'x')).rejects.toMatchObject({ code: 'ENOENT' });
  expect(readdirSync(scratch.path())).toEqual(['folder']);
});
