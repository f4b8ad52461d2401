import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { expect, inject, it, onTestFinished } from 'vitest';
import { repository, run } from '../support/bin.ts';
import { installedPackage as content } from './support/installed.ts';

it('has nothing that publint reports', async () => {
  const { messages } = await publint({ pkgDir: content, pack: false, strict: true });
  expect(messages).toEqual([]);
});

it('has the same types as code in every entry, for ES modules and bundlers', async () => {
  const tarball = createPackageFromTarballData(await readFile(inject('tarball')));
  const analysis = await checkPackage(tarball);
  if (analysis.types === false) throw new Error('The package has no types.');
  // Symphony is an ES module, which TypeScript before 5.8 does not let a CommonJS module require.
  const wanted = analysis.problems.filter(
    ({ kind, resolutionKind }) =>
      kind !== 'CJSResolvesToESM' &&
      (resolutionKind === undefined || ['node16-esm', 'bundler'].includes(resolutionKind)),
  );
  expect(wanted).toEqual([]);
  expect(Object.keys(analysis.entrypoints)).toContain('./backends/kube');
});

it('names the licence of each package that is bundled', async () => {
  const licences = await readFile(join(content, 'dist', 'THIRD-PARTY-LICENSES'), 'utf8');
  const found = await run(
    ['grep', '-rhoE', '^//#? ?(region )?node_modules/(@[^/]+/)?[^/]+', '--include=*.js', 'dist'],
    {
      cwd: content,
    },
  );
  const folders = new Set(
    found.stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => line.replace(/^.*?node_modules\//, '')),
  );
  expect(folders.size).toBeGreaterThan(50);
  const names = await Promise.all(
    [...folders].map(async (folder) => {
      const manifest = await readFile(join(repository, 'node_modules', folder, 'package.json'), 'utf8');
      return (JSON.parse(manifest) as { name: string }).name;
    }),
  );
  expect(names.filter((name) => !licences.includes(`\n${name} `))).toEqual([]);
});

it('has no source map that is missing, and none of code of other packages', async () => {
  const { stdout } = await run(['grep', '-rlE', '^//# sourceMappingURL=', '--include=*.js', 'dist'], { cwd: content });
  const files = stdout.split('\n').filter(Boolean);
  expect(files.length).toBeGreaterThan(20);
  for (const file of files) {
    const { sources } = JSON.parse(await readFile(join(content, `${file}.map`), 'utf8')) as { sources: string[] };
    expect(sources.filter((path) => /node_modules.*\.[cm]?js$/.test(path))).toEqual([]);
  }
});

it('has a manual page, which a global installation puts where man finds it', async () => {
  const prefix = await mkdtemp(join(tmpdir(), 'symphony-global-'));
  onTestFinished(() => rm(prefix, { recursive: true, force: true }));
  const options = [
    '--global',
    '--prefix',
    prefix,
    '--omit',
    'optional',
    '--loglevel',
    'error',
    '--no-audit',
    '--no-fund',
  ];
  const installed = await run(['npm', 'install', ...options, inject('tarball')]);
  expect(installed.exitCode, installed.stderr).toBe(0);
  const page = await readFile(join(prefix, 'share', 'man', 'man1', 'symphony.1'), 'utf8');
  expect(page).toMatch(/^\.TH SYMPHONY 1/m);
});

it('has no reference that the bundler of a user cannot resolve', async () => {
  const found = await run(['grep', '-rlE', 'import\\.meta\\.resolve|react-devtools-core', '--include=*.js', 'dist'], {
    cwd: content,
  });
  expect(found).toMatchObject({ exitCode: 1, stdout: '' });
});
