import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { root } from './paths.ts';

/** Writes the declarations of all sources into the folder `types`, and removes those that no public entry imports. */
export async function buildTypes(folder: string): Promise<void> {
  const require = createRequire(import.meta.url);
  const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
  const types = join(folder, 'types');
  const args = [compiler, '-p', 'tsconfig.types.json', '--outDir', types];
  try {
    await promisify(execFile)(process.execPath, args, { cwd: root });
  } catch (error) {
    const { stdout, message } = error as Error & { stdout?: string };
    throw new Error(`The types cannot be built.\n${stdout || message}`);
  }
  await removeUnreachable(types, publicTypes(folder));
}

/** The declaration files that package.json names. */
function publicTypes(folder: string): readonly string[] {
  const { exports } = createRequire(import.meta.url)('../../package.json') as {
    exports: Readonly<Record<string, string | { readonly types: string }>>;
  };
  return Object.values(exports).flatMap((entry) =>
    typeof entry === 'string' ? [] : [join(folder, entry.types.replace('./dist/', ''))],
  );
}

async function removeUnreachable(types: string, entries: readonly string[]): Promise<void> {
  const reachable = new Set<string>();
  const waiting = [...entries];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reachable.has(file)) continue;
    reachable.add(file);
    waiting.push(...importedDeclarations(await readFile(file, 'utf8'), file));
  }
  const files = await readdir(types, { recursive: true, withFileTypes: true });
  const paths = files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  await Promise.all(paths.filter((path) => !reachable.has(path)).map((path) => rm(path)));
  // The deepest come first, so that folders that become empty are removed as well.
  const folders = files.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  for (const path of folders.sort((a, b) => b.length - a.length)) {
    if ((await readdir(path)).length === 0) await rmdir(path);
  }
}

/** The declaration files that a declaration file imports by a relative path, in statements, types and augmentations. */
function importedDeclarations(text: string, file: string): readonly string[] {
  return [...text.matchAll(/(?:from|import|module)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g)].flatMap(([, path = '']) => {
    const declaration = resolve(dirname(file), path.replace(/\.(?:js|tsx?)$/, '.d.ts'));
    return existsSync(declaration) ? [declaration] : [];
  });
}
