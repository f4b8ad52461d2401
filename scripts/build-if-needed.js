// Builds dist if it is missing or older than its sources. npm runs this after an installation in a checkout or from git, and
// before it packs; in some cases several times. Plain JavaScript, because it also runs before the right Node is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const inputs = ['src', 'scripts/build', 'scripts/build.ts', 'package.json', 'tsconfig.json', 'tsconfig.types.json'];

/** The newest change of a file or folder and all that it contains. A folder changes when a file in it is removed. */
function newestChange(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}

function isBuilt() {
  const built = join(root, 'dist', 'index.js');
  if (!existsSync(built)) return false;
  return inputs.every((input) => newestChange(join(root, input)) <= statSync(built).mtimeMs);
}

function run(program, ...argv) {
  const binaries = join(root, 'node_modules', '.bin');
  const env = { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH}` };
  const { status, error } = spawnSync(program, argv, { cwd: root, env, stdio: ['inherit', 2, 'inherit'] });
  if (error) process.stderr.write(`${program} cannot be run: ${error.message}\n`);
  if (status !== 0) process.exit(status ?? 1);
}

// Packing a fresh clone: the build needs the development dependencies.
if (!existsSync(join(root, 'node_modules', 'rolldown'))) run('npm', 'install', '--no-audit', '--no-fund');
if (!isBuilt()) run('node', 'scripts/build.ts');
