import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { copyIn } from '../../../../src/backends/kit/copy/copy-in.ts';
import { copyOut } from '../../../../src/backends/kit/copy/copy-out.ts';
import type { ContainerCommands } from '../../../../src/backends/kit/exec/container-commands.ts';
import type { Progress } from '../../../../src/engine/contract/capabilities.ts';
import { heldBytes } from '../../../support/held-memory.ts';
import { waitFor } from '../../../support/wait-for.ts';

const oddNames = ['-n', '--', 'a b', 'two\nlines', '日本', '$HOME;`x`"\'', '*', 'é'.repeat(90), '.hidden', '..x'];

/** A container that files are copied to and from, which belongs to one test. */
export interface CopyingContainer {
  readonly commands: ContainerCommands;
  /** The number of commands that run in the container. */
  running(): number;
  /** Loses all connections to the container. */
  breakOff(): void;
  stop(): Promise<void>;
}

export interface CopyingContainerOptions {
  /** The working directory in the container. */
  readonly folder: string;
  /** The commands of the image. */
  readonly path: string;
}

/** What copying has to do whatever carries the commands into the container. */
export function describeCopying(
  name: string,
  start: (options: CopyingContainerOptions) => Promise<CopyingContainer>,
): void {
  describe(name, () => {
    let root: string;
    let here: string;
    let there: string;
    let tools: string;
    let container: CopyingContainer;

    beforeEach(async () => {
      root = await mkdtemp(join(tmpdir(), 'symphony-copy-'));
      [here, there, tools] = [join(root, 'here'), join(root, 'there'), join(root, 'tools')];
      for (const folder of [here, there, tools]) await mkdir(folder);
      container = await start({ folder: there, path: `${tools}:${process.env.PATH}` });
    });

    afterEach(async () => {
      await container.stop();
      await rm(root, { recursive: true });
    });

    const put = (source: string, destination: string, options = {}) =>
      copyIn(container.commands, join(here, source), destination, options);
    const get = (source: string, destination: string, options = {}) =>
      copyOut(container.commands, source, join(here, destination), options);

    test.each([0, 1, 511, 512, 513, 600_000, 20_000_000])('a file of %i bytes, both ways', async (size) => {
      await writeFile(join(here, 'file'), noise(size));
      await chmod(join(here, 'file'), 0o4751);
      const told: Progress[] = [];
      const onProgress = (progress: Progress) => told.push(progress);
      await put('file', 'copied', { onProgress });
      await get('copied', 'back', { onProgress });
      expect((await readFile(join(here, 'back'))).equals(noise(size))).toBe(true);
      const [first, back] = [await stat(join(here, 'file')), await stat(join(here, 'back'))];
      expect(back.mode & 0o7777).toBe(0o4751);
      expect(Math.floor(back.mtimeMs / 1000)).toBe(Math.floor(first.mtimeMs / 1000));
      if (size > 0) {
        expect(told.filter(({ done, total }) => done === size && total === size)).toHaveLength(2);
        expect(told[0]?.message).toContain('copied');
      }
      expect(await readdir(there)).toEqual(['copied']);
      expect((await readdir(here)).sort()).toEqual(['back', 'file']);
    });

    test('odd names, of files and inside of folders', async () => {
      await mkdir(join(here, '-tree'));
      for (const name of oddNames) {
        await writeFile(join(here, '-tree', name), name);
        await writeFile(join(here, name), name);
        await put(name, name);
        expect(await readFile(join(there, name), 'utf8')).toBe(name);
        await get(name, `back ${name}`);
        expect(await readFile(join(here, `back ${name}`), 'utf8')).toBe(name);
      }
      await put('-tree', '-tree');
      await get('-tree', 'tree again');
      for (const folder of [join(there, '-tree'), join(here, 'tree again')]) {
        expect((await readdir(folder)).sort()).toEqual([...oddNames].sort());
        for (const name of oddNames) expect(await readFile(join(folder, name), 'utf8')).toBe(name);
      }
      await mkdir(join(there, '--into'));
      await put('-n', '--into');
      await put('-n', '--into/new name');
      expect((await readdir(join(there, '--into'))).sort()).toEqual(['-n', 'new name']);
    });

    test.each(['tar', 'busybox'])('a folder with all that is in it, with the tar of %s', async (kind) => {
      if (kind === 'busybox') await symlink('/usr/bin/busybox', join(tools, 'tar'));
      const deep = join('tree', 'd'.repeat(120), '日本');
      await mkdir(join(here, deep, 'empty'), { recursive: true });
      await writeFile(join(here, deep, 'file'), noise(70_000));
      await writeFile(join(here, 'tree', 'nothing'), '');
      await writeFile(join(here, 'tree', 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
      await symlink('run.sh', join(here, 'tree', 'link'));
      await symlink('/nowhere', join(here, 'tree', 'dangling'));
      await symlink('d'.repeat(120), join(here, 'tree', 'long link'));
      await chmod(join(here, 'tree', 'd'.repeat(120)), 0o711);
      const told: Progress[] = [];
      await put('tree', 'tree');
      await get('tree', 'again', { onProgress: (progress: Progress) => told.push(progress) });
      const wanted = await describeFolder(join(here, 'tree'));
      expect(await describeFolder(join(there, 'tree'))).toEqual(wanted);
      expect(await describeFolder(join(here, 'again'))).toEqual(wanted);
      expect(told.at(-1)).toMatchObject({ done: 70_010, total: 70_010 });
      // A second copy over the first.
      await writeFile(join(there, 'tree', 'other'), 'kept');
      await writeFile(join(here, 'tree', 'nothing'), 'something');
      await put('tree', '.');
      expect(await readFile(join(there, 'tree', 'other'), 'utf8')).toBe('kept');
      expect(await readFile(join(there, 'tree', 'nothing'), 'utf8')).toBe('something');
      expect(await readdir(there)).toEqual(['tree']);
    });

    describe.each([
      ['a file to it', 'large', put],
      ['a folder to it', 'tree', put],
      ['a file from it', 'large', get],
      ['a folder from it', 'tree', get],
    ] as const)('a copy of %s', (_, source, copy) => {
      test.each(['abort', 'loss'] as const)(
        'that ends by %s leaves nothing at or beside the destination',
        async (cut) => {
          const from = copy === put ? here : there;
          await mkdir(join(from, 'tree'));
          for (const file of ['large', 'tree/large']) {
            await writeFile(join(from, file), '');
            await truncate(join(from, file), 200_000_000);
          }
          const controller = new AbortController();
          const onProgress = ({ done = 0 }: Progress) => {
            if (done < 5_000_000) return;
            if (cut === 'abort') controller.abort();
            else container.breakOff();
          };
          const code = cut === 'abort' ? 'interrupted' : 'failed';
          await expect(copy(source, 'new', { signal: controller.signal, onProgress })).rejects.toMatchObject({ code });
          await waitFor(() => container.running() === 0, { what: 'the end of the copying command' });
          expect((await readdir(from)).sort()).toEqual(['large', 'tree']);
          // Of what a user fetches, the part that has arrived may stay.
          if (copy === get) await rm(join(here, 'new'), { recursive: true, force: true });
          expect(await readdir(copy === put ? there : here)).toEqual([]);
        },
      );
    });

    test('a failed write or read is reported', async () => {
      await writeFile(join(here, 'file'), noise(9_000_000));
      await mkdir(join(here, 'tree'));
      await writeFile(join(here, 'tree', 'file'), noise(9_000_000));
      const message = (copying: Promise<void>) =>
        copying.then(
          () => 'copied',
          (error) => error.message as string,
        );
      expect(await message(put('file', '/proc/new'))).toMatch(/cannot be copied: mkdir: .*\/proc/);
      expect(await message(put('tree', '/proc/new'))).toMatch(/cannot be copied: mkdir: .*\/proc/);
      expect(await message(put('file', 'no/such/folder'))).toMatch(/there is no folder .*no\/such/);
      expect(await message(put('absent', 'new'))).toMatch(/There is no .*absent/);
      expect(await message(get('absent', 'new'))).toMatch(/There is no .*absent/);
      expect(await message(get('/dev/zero', 'new'))).toContain('neither a file nor a folder');
      await writeFile(join(there, 'out'), noise(9_000_000));
      expect(await message(get('out', 'no/such'))).toMatch(/There is no folder/);
      // A full disk.
      const full = 'case $(readlink /proc/$$/fd/1) in */file) exec >/dev/full ;; esac; exec /bin/cat "$@"';
      await writeFile(join(tools, 'cat'), `#!/bin/sh\n${full}\n`, { mode: 0o755 });
      await writeFile(join(tools, 'tar'), '#!/bin/sh\nhead -c 9000 >/dev/full\n', { mode: 0o755 });
      expect(await message(put('tree', 'new'))).toMatch(/cannot be copied: .*No space left/);
      expect(await message(put('file', 'new'))).toMatch(/cannot be copied: .*No space left/);
      expect(await message(copyOut(container.commands, 'out', '/proc/new', {}))).toMatch(/cannot be copied|no folder/);
      expect(await readdir(there)).toEqual(['out']);
      expect((await readdir(here)).sort()).toEqual(['file', 'tree']);
    });

    test('a truncated archive is an error', async () => {
      await mkdir(join(there, 'tree'));
      for (const name of ['a', 'b']) await writeFile(join(there, 'tree', name), noise(100_000));
      // In the middle of a file, between two files, and without any output; each with exit code 0.
      for (const bytes of [60_000, 512, 101_888, 0]) {
        await writeFile(join(tools, 'tar'), `#!/bin/sh\n/bin/tar "$@" | head -c ${bytes}\n`, { mode: 0o755 });
        await expect(get('tree', 'new')).rejects.toMatchObject({ code: 'failed' });
      }
      await writeFile(join(tools, 'tar'), '#!/bin/sh\necho broken >&2; exit 2\n', { mode: 0o755 });
      await expect(get('tree', 'new')).rejects.toThrow('broken');
      await writeFile(join(tools, 'tar'), '#!/bin/sh\nhead -c 51200 | /bin/tar "$@"\n', { mode: 0o755 });
      await rm(join(here, 'new'), { recursive: true, force: true });
      await mkdir(join(here, 'tree'));
      for (const name of ['a', 'b']) await writeFile(join(here, 'tree', name), noise(50_176));
      await expect(put('tree', 'new')).rejects.toMatchObject({ code: 'failed' });
      expect(await readdir(there)).toEqual(['tree']);
    });

    test('an image without tar can copy files, and reports why folders fail', async () => {
      await container.stop();
      for (const name of ['cat', 'chmod', 'dd', 'find', 'mkdir', 'mkfifo', 'mv', 'rm', 'stat', 'touch', 'wc']) {
        await symlink('/usr/bin/busybox', join(tools, name));
      }
      container = await start({ folder: there, path: tools });
      await mkdir(join(here, 'tree'));
      await writeFile(join(here, 'tree', 'file'), noise(3_000_000));
      await put('tree/file', 'file');
      await get('file', 'back');
      expect((await readFile(join(here, 'back'))).equals(noise(3_000_000))).toBe(true);
      await mkdir(join(there, 'folder'));
      await expect(put('tree', 'new')).rejects.toThrow('The image has no tar');
      await expect(get('folder', 'new')).rejects.toThrow('The image has no tar');
    });

    test('100 MB go both ways in flat memory', { timeout: 300_000 }, async () => {
      await writeFile(join(here, 'large'), noise(1_000_000));
      const file = await open(join(here, 'large'), 'a');
      for (let part = 1; part < 100; part++) await file.write(noise(1_000_000));
      await file.close();
      const before = heldBytes();
      let most = 0;
      let nextLook = 0;
      const onProgress = ({ done = 0 }: Progress) => {
        if (done < nextLook) return;
        nextLook = done + 10e6;
        most = Math.max(most, heldBytes());
      };
      await put('large', 'large', { onProgress });
      nextLook = 0;
      await get('large', 'back', { onProgress });
      expect(await digest(join(here, 'back'))).toBe(await digest(join(here, 'large')));
      expect(most).toBeGreaterThan(before);
      expect((most - before) / 1e6).toBeLessThan(90);
    });

    test('a container cannot write outside of the folder that was asked for', async () => {
      await mkdir(join(root, 'outside'));
      await mkdir(join(there, 'tree'));
      // First a link, then something through it.
      await mkdir(join(root, 'forged', 'x'), { recursive: true });
      await writeFile(join(root, 'forged', 'x', 'file'), 'bad');
      await mkdir(join(root, 'first'));
      await symlink(join(root, 'outside'), join(root, 'first', 'x'));
      const forge = `/bin/tar -cf ${root}/f.tar -C ${root}/first . && /bin/tar -rf ${root}/f.tar -C ${root}/forged ./x/file`;
      await writeFile(join(tools, 'tar'), `#!/bin/sh\n${forge} && /bin/cat ${root}/f.tar\n`, { mode: 0o755 });
      await expect(get('tree', 'new')).rejects.toThrow('through a link out of the folder');
      expect(await readdir(join(root, 'outside'))).toEqual([]);
    });
  });
}

function noise(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at++) bytes[at] = (at * 31 + (at >> 9)) % 256;
  return bytes;
}

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Each path in a folder with its mode and content. */
async function describeFolder(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of ['.', ...(await readdir(folder, { recursive: true }))]) {
    const path = join(folder, name);
    const stats = await lstat(path);
    if (stats.isSymbolicLink()) found[name] = `-> ${await readlink(path)}`;
    else found[name] = `${(stats.mode & 0o777).toString(8)} ${stats.isFile() ? await digest(path) : ''}`;
  }
  return found;
}
