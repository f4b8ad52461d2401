import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, open, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyOnHost } from '../../../../../src/backends/supervision/keeper/backend/copy-on-host.ts';

let folder: string;
const at = (...parts: string[]) => join(folder, ...parts);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symphony-copy-'));
});

afterEach(async () => {
  expect((await readdir(folder, { recursive: true })).filter((name) => name.includes('.symphony-copy'))).toEqual([]);
  await rm(folder, { recursive: true });
});

test('bytes, modes, times and names arrive', async () => {
  await mkdir(at('tree', 'ü "x"\n'), { recursive: true });
  const bytes = Buffer.from(Array.from({ length: 700_000 }, (_, index) => (index * 31) % 251));
  await writeFile(at('tree', 'ü "x"\n', '-f'), bytes);
  await chmod(at('tree', 'ü "x"\n', '-f'), 0o4751);
  await utimes(at('tree', 'ü "x"\n', '-f'), 1000, 2000);
  await mkdir(at('tree', 'closed'));
  await writeFile(at('tree', 'closed', 'empty'), '');
  await chmod(at('tree', 'closed'), 0o500);
  await copyOnHost(at('tree'), at('copy'), {});
  expect(await readFile(at('copy', 'ü "x"\n', '-f'))).toEqual(bytes);
  expect(await stat(at('copy', 'ü "x"\n', '-f'))).toMatchObject({ mode: 0o104751, mtimeMs: 2_000_000 });
  expect((await stat(at('copy', 'closed'))).mode & 0o777).toBe(0o500);
  expect(await readdir(at('copy', 'closed'))).toEqual(['empty']);
});

test('holes of a sparse file stay holes', async () => {
  const file = await open(at('sparse'), 'w');
  await file.write(Buffer.from('begin'), 0, 5, 0);
  await file.write(Buffer.from('middle'), 0, 6, 40_000_000);
  await file.truncate(100_000_000);
  await file.close();
  await copyOnHost(at('sparse'), at('copy'), {});
  execFileSync('cmp', [at('sparse'), at('copy')]);
  const { size, blocks } = await stat(at('copy'));
  expect(size).toBe(100_000_000);
  expect(blocks * 512).toBeLessThan(2_000_000);
});

test('anything but a file, a folder or a link is left out of a folder, and refused on its own', async () => {
  await mkdir(at('tree'));
  await writeFile(at('tree', 'file'), 'x');
  execFileSync('mkfifo', [at('tree', 'pipe')]);
  const server = createServer().listen(at('tree', 'socket'));
  await once(server, 'listening');
  const leftOut: string[] = [];
  await copyOnHost(at('tree'), at('copy'), { onLeftOut: (path) => leftOut.push(path) });
  expect(leftOut.sort()).toEqual([at('tree', 'pipe'), at('tree', 'socket')]);
  expect(await readdir(at('copy'))).toEqual(['file']);
  await expect(copyOnHost(at('tree', 'pipe'), at('x'), {})).rejects.toMatchObject({
    message: `${at('tree', 'pipe')} cannot be copied: it is neither a file nor a folder.`,
  });
  await expect(copyOnHost(at('tree', 'file'), at('tree', 'pipe'), {})).rejects.toMatchObject({ code: 'conflict' });
  server.close();
});

test('a link is followed when it is named, and copied as it is inside a folder', async () => {
  await mkdir(at('tree'));
  await writeFile(at('tree', 'file'), 'x');
  await symlink('file', at('tree', 'latest'));
  await symlink('/nowhere', at('tree', 'dangling'));
  await copyOnHost(at('tree', 'latest'), at('named'), {});
  expect(await readFile(at('named'), 'utf8')).toBe('x');
  await rm(at('tree', 'file'));
  expect((await stat(at('named'))).isFile()).toBe(true);
  await copyOnHost(at('tree'), at('copy'), {});
  expect((await readdir(at('copy'))).sort()).toEqual(['dangling', 'latest']);
});

test('a copy never writes through a link that an older copy left at the same path', async () => {
  await mkdir(at('tree', 'data'), { recursive: true });
  await writeFile(at('tree', 'data', 'file'), 'new');
  await writeFile(at('tree', 'notes'), 'new');
  await mkdir(at('outside'));
  await writeFile(at('outside', 'file'), 'old');
  await mkdir(at('copy'));
  await symlink('../outside/file', at('copy', 'notes'));
  await copyOnHost(at('tree', 'notes'), at('copy'), {});
  expect(await readFile(at('copy', 'notes'), 'utf8')).toBe('new');
  await mkdir(at('copy', 'tree'));
  await symlink('../../outside', at('copy', 'tree', 'data'));
  await expect(copyOnHost(at('tree'), at('copy'), {})).rejects.toMatchObject({ code: 'conflict' });
  expect(await readFile(at('outside', 'file'), 'utf8')).toBe('old');
});

test('nothing is copied into itself, over itself, or into a folder that does not exist', async () => {
  await mkdir(at('tree', 'deep'), { recursive: true });
  await writeFile(at('file'), 'x');
  await symlink('tree', at('alias'));
  const refused: [string, string, string][] = [
    ['tree', 'tree/deep', 'usage'],
    ['alias', 'tree/deep/x', 'usage'],
    ['tree', '.', 'usage'],
    ['file', 'file', 'usage'],
    ['file', 'typo/file', 'not-found'],
    ['tree', 'typo/tree', 'not-found'],
    ['file', 'file/x', 'not-found'],
    ['nothing', 'x', 'not-found'],
  ];
  for (const [source, destination, code] of refused)
    await expect(copyOnHost(at(source), at(destination), {})).rejects.toMatchObject({ code });
  expect((await readdir(folder)).sort()).toEqual(['alias', 'file', 'tree']);
  expect(await readdir(at('tree', 'deep'))).toEqual([]);
});

test('an abort ends a copy, and removes the file that was being written', async () => {
  await mkdir(at('tree'));
  await writeFile(at('tree', 'file'), Buffer.alloc(3_000_000, 'x'));
  const controller = new AbortController();
  const copying = copyOnHost(at('tree'), at('copy'), {
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await expect(copying).rejects.toMatchObject({ code: 'interrupted' });
});
