import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { repository, run } from '../../support/bin.ts';
import { test } from '../../support/session.ts';
import { rightProgram, wrongProgram } from './support/programs.ts';
import { PublicTypes } from './support/public-types.ts';

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
}

const manifest = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as Manifest;
const entries = Object.entries(manifest.exports).flatMap(([entry, target]) =>
  typeof target === 'string' ? [] : [{ entry, file: join(repository, target.types) }],
);
const fileOf = (wanted: string) => entries.find(({ entry }) => entry === wanted)?.file ?? '';

describe('everything that the signatures of an entry name is exported', () => {
  const types = new PublicTypes();
  test('by the main entry itself', () => {
    expect(types.exportsOf(fileOf('.')).size).toBeGreaterThan(100);
    expect(types.unexported(fileOf('.'))).toEqual([]);
  });

  test('by each other entry, the main one, or that of the engine', () => {
    const others = entries.filter(({ entry }) => entry !== '.');
    expect(others.length).toBeGreaterThan(4);
    for (const { entry, file } of others) {
      expect([entry, types.unexported(file, [fileOf('.'), fileOf('./engine')])]).toEqual([entry, []]);
    }
  });

  test('and what is not, is found', () => {
    // The commands name types of the engine.
    expect(types.unexported(fileOf('./commands')).join()).toContain('ExperimentSpec, in SymphonyParser');
  });
});

describe.each(['nodenext', 'bundler'])('a program elsewhere, with the resolution of %s', (moduleResolution) => {
  test('uses all entries, and is told what is wrong', { timeout: 300_000 }, async ({ session }) => {
    const folder = join(session.folder, 'elsewhere');
    const modules = join(folder, 'node_modules');
    const installed = join(modules, ...manifest.name.split('/'));
    await mkdir(join(installed, 'dist'), { recursive: true });
    await mkdir(join(modules, '@types'));
    await cp(join(repository, 'package.json'), join(installed, 'package.json'));
    await cp(join(repository, 'dist', 'types'), join(installed, 'dist', 'types'), { recursive: true });
    // What npm installs with it, and the types that every TypeScript program for Node.js has.
    for (const name of ['commander', '@types/node', 'undici-types']) {
      await symlink(join(repository, 'node_modules', name), join(modules, name));
    }
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'elsewhere', type: 'module' }));
    const compilerOptions = {
      target: 'es2024',
      module: moduleResolution === 'bundler' ? 'esnext' : moduleResolution,
      moduleResolution,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      declaration: true,
      outDir: 'out',
      rootDir: '.',
      types: ['node'],
      skipLibCheck: false,
    };
    const files = ['right.ts', 'wrong.ts'];
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    await writeFile(join(folder, 'right.ts'), rightProgram);
    await writeFile(join(folder, 'wrong.ts'), wrongProgram);
    const tsc = join(repository, 'node_modules', '.bin', 'tsc');
    expect(await run([tsc, '--project', folder], { cwd: folder })).toMatchObject({ exitCode: 0, stdout: '' });
    // What it passes on is named by the entries, not by files inside the package.
    expect(await readFile(join(folder, 'out', 'right.d.ts'), 'utf8')).not.toContain('dist/types');
  });
});
