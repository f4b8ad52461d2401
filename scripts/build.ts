import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build, type InputOptions, type OutputOptions } from 'rolldown';
import { builtinsWithoutFacade } from './builtins-without-facade.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function packageVersion(): string {
  return (createRequire(import.meta.url)('../package.json') as { version: string }).version;
}

const source = (path: string) => join(root, 'src', path);

/** Keeps the inputs whose source exists. */
function present(inputs: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(inputs).filter(([, path]) => existsSync(path)));
}

async function backendInputs(): Promise<Record<string, string>> {
  const entries = existsSync(source('backends')) ? await readdir(source('backends'), { withFileTypes: true }) : [];
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Object.fromEntries(folders.map((name) => [`backends/${name}`, source(`backends/${name}/index.ts`)]));
}

// React and Ink are twice as fast and use less memory in production mode. The mode is set here: set in the bin,
// the variable would leak into every process that is launched.
const common: InputOptions = {
  cwd: root,
  platform: 'node',
  external: ['node-pty'],
  tsconfig: join(root, 'tsconfig.json'),
  transform: {
    define: {
      'process.env.NODE_ENV': '"production"',
      __SYMPHONY_VERSION__: JSON.stringify(packageVersion()),
      __SYMPHONY_BUILD__: String(Date.now()),
    },
  },
  // Reading a property of a builtin module has no side effect.
  treeshake: { propertyReadSideEffects: false },
  logLevel: 'warn',
  plugins: [
    builtinsWithoutFacade,
    {
      // Ink loads it only for its own debugging; it is larger than the rest of Ink.
      name: 'without-react-devtools',
      resolveId: (id) => (id === 'react-devtools-core' ? { id: '\0empty' } : null),
      load: (id) => (id === '\0empty' ? 'export default {};' : null),
    },
  ],
};

const output: OutputOptions = {
  format: 'esm',
  sourcemap: true,
  minify: {
    compress: { keepNames: { function: true, class: true } },
    mangle: { keepNames: { function: true, class: true } },
  },
};

async function buildLibrary(folder: string): Promise<void> {
  await build({
    ...common,
    input: present({
      index: source('index.ts'),
      engine: source('engine-entry.ts'),
      commands: source('commands/index.ts'),
      ...(await backendInputs()),
    }),
    output: {
      ...output,
      dir: folder,
      entryFileNames: '[name].js',
      chunkFileNames: 'chunks/[name]-[hash].js',
      // A chunk of its own, because each entry has to evaluate it before its other chunks.
      codeSplitting: { groups: [{ name: 'require-node', test: /\/engine\/require-node\.ts$/, priority: 1 }] },
    },
  });
}

/**
 * The bin's program, separate from the library. Loading a file costs a millisecond, so modules that are always loaded
 * together share one file: those of main, and those that local and tmux need beyond that.
 */
async function buildMain(folder: string): Promise<void> {
  const entry = source('commands/program/main.ts');
  const together = { core: entry, machine: source('backends/local/local-backend.ts') };
  let chunks: ReadonlyMap<string, string> | undefined;
  await build({
    ...common,
    input: present({ main: entry }),
    output: {
      ...output,
      dir: folder,
      // The chunk core is the program; the entry file would only re-export it.
      entryFileNames: 'chunks/[name]-entry.js',
      chunkFileNames: ({ name }) => (name === 'core' ? 'main.js' : 'chunks/main-[name]-[hash].js'),
      minifyInternalExports: false,
      codeSplitting: {
        groups: [
          {
            debugName: 'loaded together',
            name(id, context) {
              chunks ??= assignChunks(together, (module) => context.getModuleInfo(module)?.importedIds ?? []);
              return chunks.get(id) ?? null;
            },
          },
        ],
      },
    },
  });
}

/** Each module that a root imports, directly or indirectly, with the name of the first such root. */
function assignChunks(
  roots: Readonly<Record<string, string>>,
  importsOf: (module: string) => readonly string[],
): ReadonlyMap<string, string> {
  const assigned = new Map<string, string>();
  for (const [name, root] of Object.entries(roots)) {
    const waiting = [root];
    for (let module = waiting.pop(); module !== undefined; module = waiting.pop()) {
      if (assigned.has(module)) continue;
      assigned.set(module, name);
      waiting.push(...importsOf(module));
    }
  }
  return assigned;
}

/** Long-lived programs are one file each and load everything at start, because the next build deletes their chunks. */
async function buildPrograms(folder: string): Promise<void> {
  const programs = present({
    supervisor: source('programs/supervisor-main.ts'),
    'terminal-holder': source('programs/terminal-holder-main.ts'),
    'kube-supervisor': source('programs/kube-supervisor-main.ts'),
  });
  await Promise.all(
    Object.entries(programs).map(([name, input]) =>
      build({ ...common, input, output: { ...output, file: join(folder, `${name}.js`), codeSplitting: false } }),
    ),
  );
}

async function buildTypes(folder: string): Promise<void> {
  const require = createRequire(import.meta.url);
  const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
  const args = [compiler, '-p', 'tsconfig.types.json', '--outDir', join(folder, 'types')];
  try {
    await promisify(execFile)(process.execPath, args, { cwd: root });
  } catch (error) {
    const { stdout, message } = error as Error & { stdout?: string };
    throw new Error(`The types cannot be built.\n${stdout || message}`);
  }
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
    buildLibrary(folder),
    buildMain(folder),
    buildPrograms(folder),
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
