import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import tar from 'tar-stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { contextArchive, openContext } from '../../../../../src/backends/docker/images/build/build-context.ts';
import type { DeclaredBuild } from '../../../../../src/backends/docker/section/declared-builds.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symphony-context-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

function build(fields: Partial<DeclaredBuild> = {}): DeclaredBuild {
  const path = 'processes.main.docker.build';
  return {
    key: '',
    path,
    isShort: false,
    image: undefined,
    parts: [],
    context: folder,
    dockerfile: 'Dockerfile',
    args: {},
    ...fields,
  };
}

/** The entries of the archive in order; files with their content and mode, links with their target. */
async function archived(fields?: Partial<DeclaredBuild>): Promise<readonly string[]> {
  const entries: string[] = [];
  const bytes = Readable.from(contextArchive(await openContext(build(fields))));
  for await (const entry of bytes.pipe(tar.extract())) {
    const { name, type, mode = 0, linkname } = entry.header;
    const content = await text(entry as unknown as Readable);
    if (type === 'file') entries.push(`${name} ${mode.toString(8)} ${content}`);
    else entries.push(type === 'symlink' ? `${name} -> ${linkname}` : name);
  }
  return entries;
}

it('has files with their modes, links, folders and long names', async () => {
  const long = 'n'.repeat(150);
  await write({ Dockerfile: 'FROM x', 'lib/run': 'do', [`lib/${long}`]: 'long' });
  await chmod(join(folder, 'Dockerfile'), 0o640);
  await chmod(join(folder, 'lib/run'), 0o755);
  await chmod(join(folder, `lib/${long}`), 0o644);
  await symlink('lib/run', join(folder, 'link'));
  await mkdir(join(folder, 'empty'));
  expect(await archived()).toEqual(
    ['Dockerfile 640 FROM x', 'empty/', 'lib/', `lib/${long} 644 long`, 'lib/run 755 do', 'link -> lib/run']
      .map((entry) => entry.replace(/\/$/, ''))
      .map((entry) => (['empty', 'lib'].includes(entry) ? `${entry}/` : entry)),
  );
});

it('leaves out what .dockerignore names, but what the engine needs', async () => {
  await write({
    '.dockerignore': '**\n!keep/me',
    'build/Dockerfile': 'FROM x',
    'build/other': '',
    'keep/me': '',
    'keep/not': '',
    secret: '',
  });
  const names = (await archived({ dockerfile: 'build/Dockerfile' })).map((entry) => entry.split(' ')[0]);
  expect(names).toEqual(['.dockerignore', 'build/', 'build/Dockerfile', 'keep/', 'keep/me']);
});

it('prefers the ignore file of the Dockerfile', async () => {
  await write({
    Dockerfile: 'FROM x',
    '.dockerignore': 'a',
    'Dockerfile.dockerignore': 'b\n*.dockerignore',
    a: '',
    b: '',
  });
  const names = (await archived()).map((entry) => entry.split(' ')[0]);
  expect(names).toEqual(['.dockerignore', 'Dockerfile', 'a']);
});

it('adds a Dockerfile that is outside of the context', async () => {
  await write({ 'gpu.Dockerfile': 'FROM gpu', 'context/a': '' });
  const fields = { context: join(folder, 'context'), dockerfile: '../gpu.Dockerfile' };
  const { dockerfile } = await openContext(build(fields));
  expect((await archived(fields)).at(-1)).toMatch(`${dockerfile} `);
  expect((await archived(fields)).at(-1)).toMatch(/FROM gpu$/);
});

it('names the place of what cannot be used', async () => {
  await write({
    'with/Dockerfile': 'FROM x',
    'empty/Dockerfile': ' \n',
    'wrong/Dockerfile': 'FROM x',
    'wrong/.dockerignore': 'a\n[',
  });
  const refusal = (fields: Partial<DeclaredBuild>) =>
    openContext(build(fields)).then(
      () => 'none',
      (error: Error) => error.message.replaceAll(folder, '/f'),
    );
  const place = 'processes.main.docker.build';
  expect(await refusal({ context: join(folder, 'none') })).toBe(`${place}.context: /f/none: it does not exist.`);
  expect(await refusal({ context: join(folder, 'with/Dockerfile') })).toBe(
    `${place}.context: /f/with/Dockerfile: it is no folder.`,
  );
  expect(await refusal({})).toBe(`${place}.dockerfile: /f/Dockerfile: it does not exist.`);
  expect(await refusal({ isShort: true })).toBe(`${place}: /f/Dockerfile: it does not exist.`);
  expect(await refusal({ dockerfile: 'with' })).toBe(`${place}.dockerfile: /f/with: it is a folder.`);
  expect(await refusal({ context: join(folder, 'empty') })).toBe(
    `${place}.dockerfile: /f/empty/Dockerfile: it is empty.`,
  );
  expect(await refusal({ context: join(folder, 'wrong') })).toBe(
    `${place}.context: /f/wrong/.dockerignore: line 2: [ is no valid pattern.`,
  );
});
