import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Folders of `test` whose files test one module each, with the folder of that module. */
const mirrored: Readonly<Record<string, string>> = {
  engine: 'src/engine',
  backends: 'src/backends',
  commands: 'src/commands',
  programs: 'src/programs',
  import: 'src/import',
  app: 'src/app',
  examples: 'examples',
};

/** Folders whose files test the whole program or every backend, and packages that they use. */
const others = ['contract', 'e2e', 'package', 'packages', 'support'];

/** The contract suite and its declarations, and packages that a test uses, are no support files. */
const ownFiles = /^(contract|packages)\//;

const files = globSync('**/*.{ts,tsx}', { cwd: join(root, 'test') });
const isTest = (file: string) => /\.test\.tsx?$/.test(file);

it('a unit test is named after the module that it tests', () => {
  const unit = files.filter((file) => isTest(file) && (file.split('/')[0] ?? '') in mirrored);
  expect(unit.length).toBeGreaterThan(100);
  const strays = unit.filter((file) => {
    const [folder = '', ...path] = file.split('/');
    const source = join(root, mirrored[folder] ?? '', ...path).replace(/\.test\.tsx?$/, '');
    return !['ts', 'tsx', 'mjs'].some((ending) => existsSync(`${source}.${ending}`));
  });
  expect(strays).toEqual([]);
});

it('every folder of tests is known to this check', () => {
  const folders = new Set(files.filter((file) => file.includes('/')).map((file) => file.split('/')[0] ?? ''));
  expect([...folders].filter((folder) => !(folder in mirrored) && !others.includes(folder))).toEqual([]);
});

it('what tests share is in folders called support', () => {
  const shared = files.filter((file) => !isTest(file) && !ownFiles.test(file));
  expect(shared.length).toBeGreaterThan(10);
  expect(shared.filter((file) => !file.split('/').includes('support'))).toEqual([]);
});
