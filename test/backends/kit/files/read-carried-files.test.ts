import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readCarriedFiles } from '../../../../src/backends/kit/files/read-carried-files.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';
import { thrownBy } from '../../../engine/support/thrown.ts';

const limit = { bytes: 1000, hint: 'Carry fewer files.' };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symphony-files-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const read = (files: string | string[], fields: object = {}) => {
  const spec = parseSpec({ name: 'x', files, processes: { p: { command: 'x', ...fields } } }, { baseDir: folder });
  return readCarriedFiles(resolveExperiment(spec), limit);
};

it('carried files are read byte for byte, folders with all that is in them, each file once', async () => {
  await mkdir(join(folder, 'lib', 'deep'), { recursive: true });
  await writeFile(join(folder, 'lib', 'deep', 'b'), Buffer.from([0, 0xff]));
  await writeFile(join(folder, 'lib', 'a.py'), 'a');
  await writeFile(join(folder, 'run.sh'), 'x'.repeat(996));
  await chmod(join(folder, 'run.sh'), 0o750);
  await symlink('lib/a.py', join(folder, 'link'));
  const files = await read(['lib/', './lib/a.py', 'run.sh', 'link'], { replicas: 2 });
  expect([...files.keys()]).toEqual(['p-0', 'p-1']);
  expect(files.get('p-1')).toBe(files.get('p-0'));
  expect(files.get('p-0')?.map(({ path, content, mode }) => [path, [...content].length, mode & 0o700])).toEqual([
    ['lib/a.py', 1, 0o600],
    ['lib/deep/b', 2, 0o600],
    ['run.sh', 996, 0o700],
    ['link', 1, 0o600],
  ]);
});

it('carried files are refused with their place when they are missing, a circle, or too large', async () => {
  const message = async (files: string) => {
    const error = await thrownBy(() => read(files));
    expect(error.code).toBe('invalid-spec');
    return error;
  };
  expect((await message('none')).message).toBe(`files of processes.p: ${folder}/none does not exist.`);
  await mkdir(join(folder, 'circle'));
  await symlink('.', join(folder, 'circle', 'again'));
  expect((await message('circle')).message).toContain('circle/again is a link to a folder that it is in');
  await writeFile(join(folder, 'large'), Buffer.alloc(1001));
  const { message: text, hint } = await message('large');
  expect(text).toContain('files of processes.p: the files are 1001 bytes or more; 1000 can be carried');
  expect(hint).toBe(limit.hint);
});
