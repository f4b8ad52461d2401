import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildProgramAndLibrary, buildPrograms, packageVersion } from './build/bundle.ts';
import { thirdPartyLicences } from './build/licences.ts';
import { root, source } from './build/paths.ts';
import { buildTypes } from './build/types.ts';

/** The JavaScript files, and the licences of the packages that are bundled in them. */
async function buildBundles(folder: string): Promise<void> {
  const bundled = new Set<string>();
  await Promise.all([buildProgramAndLibrary(folder, bundled), buildPrograms(folder, bundled)]);
  await writeFile(join(folder, 'THIRD-PARTY-LICENSES'), await thirdPartyLicences(bundled));
}

async function copyAssets(folder: string): Promise<void> {
  const keeper = source('programs/keeper.sh');
  if (existsSync(keeper)) await copyFile(keeper, join(folder, 'keeper.sh'));
}

async function writeSchema(folder: string): Promise<void> {
  await import(pathToFileURL(source('backends/index.ts')).href);
  const engine = pathToFileURL(source('engine/spec/schema/json-schema.ts')).href;
  const { specJsonSchema } = (await import(engine)) as { specJsonSchema: () => Promise<unknown> };
  await writeFile(join(folder, 'spec.schema.json'), `${JSON.stringify(await specJsonSchema(), null, 2)}\n`);
}

/** The manual page, from what also makes the help. */
async function writeManual(folder: string): Promise<void> {
  const load = (path: string) => import(pathToFileURL(source(path)).href);
  await load('backends/index.ts');
  const { createProgram } = await load('commands/program/create-program.ts');
  const { builtinCommands } = await load('commands/program/builtin-commands.ts');
  const { manualPage } = await load('commands/help/manual-page.ts');
  const version = packageVersion();
  const program = createProgram({ name: 'symphony', version, commands: builtinCommands, runCommand: async () => {} });
  await mkdir(join(folder, 'man'), { recursive: true });
  await writeFile(join(folder, 'man', 'symphony.1'), await manualPage(program, version));
}

/** Replaces `dist` by the finished folder, so that a reader never sees a partial build. */
async function swapIn(folder: string): Promise<void> {
  const dist = join(root, 'dist');
  const old = `${folder}.old`;
  if (existsSync(dist)) await rename(dist, old);
  await rename(folder, dist);
  await rm(old, { recursive: true, force: true });
}

const started = performance.now();
const folder = await mkdtemp(join(root, '.dist-'));
try {
  await Promise.all([
    buildBundles(folder),
    buildTypes(folder),
    copyAssets(folder),
    writeSchema(folder),
    writeManual(folder),
  ]);
  await chmod(folder, 0o755);
  await swapIn(folder);
  process.stderr.write(`Built dist in ${((performance.now() - started) / 1000).toFixed(1)} s.\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
