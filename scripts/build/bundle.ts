import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, type ChunkingContext, type InputOptions, type OutputOptions, type Plugin } from 'rolldown';
import { builtinsWithoutFacade } from './builtins-without-facade.ts';
import { root, source } from './paths.ts';
import { minifiedPackages, withoutUnusedPackages } from './third-party.ts';

/** The same in all bundles of a build: a supervisor gives way to that of a newer one. */
const buildTime = Date.now();

export function packageVersion(): string {
  return (createRequire(import.meta.url)('../../package.json') as { version: string }).version;
}

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
function inputOptions(bundled: Set<string>): InputOptions {
  return {
    cwd: root,
    platform: 'node',
    external: ['node-pty'],
    tsconfig: join(root, 'tsconfig.json'),
    transform: {
      define: {
        'process.env.NODE_ENV': '"production"',
        __SYMPHONY_VERSION__: JSON.stringify(packageVersion()),
        __SYMPHONY_BUILD__: String(buildTime),
      },
    },
    // Reading a property of a builtin module has no side effect.
    treeshake: { propertyReadSideEffects: false },
    logLevel: 'warn',
    // The library imports statically, for its users, what the program loads only when it is wanted.
    checks: { ineffectiveDynamicImport: false, pluginTimings: false },
    plugins: [builtinsWithoutFacade, withoutUnusedPackages, minifiedPackages, recordModules(bundled)],
  };
}

/** Adds the file of each module whose code is in a bundle. */
function recordModules(bundled: Set<string>): Plugin {
  return {
    name: 'record-modules',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        for (const [id, { renderedLength }] of Object.entries(chunk.modules)) if (renderedLength > 0) bundled.add(id);
      }
    },
  };
}

const output: OutputOptions = {
  format: 'esm',
  comments: false,
};

/**
 * The program and the library, which share their files. Symphony's own code stays readable, because its lines are in the
 * stacks of errors. The source maps have no sources in them, which would double the size of the package.
 *
 * Loading a file costs a millisecond, so modules that the program always loads together share one file: `main.js` has
 * those of the program alone, `library` those that the library loads, too, and `machine` what local and tmux need beyond that.
 */
export async function buildProgramAndLibrary(folder: string, bundled: Set<string>): Promise<void> {
  const roots = {
    program: source('commands/program/main.ts'),
    library: source('index.ts'),
    machine: source('backends/local/local-backend.ts'),
  };
  let groups: ReadonlyMap<string, string> | undefined;
  await build({
    ...inputOptions(bundled),
    input: present({
      main: roots.program,
      index: roots.library,
      engine: source('engine-entry.ts'),
      commands: source('commands/index.ts'),
      ...(await backendInputs()),
    }),
    output: {
      ...output,
      sourcemap: true,
      sourcemapExcludeSources: true,
      dir: folder,
      // The chunk of the program is main.js; the entry file would only re-export it.
      entryFileNames: ({ name }) => (name === 'main' ? 'chunks/[name]-entry.js' : '[name].js'),
      chunkFileNames: ({ name }) => (name === 'program' ? 'main.js' : 'chunks/[name]-[hash].js'),
      minifyInternalExports: false,
      codeSplitting: {
        // A group takes what its modules import, too: the one that others import comes first.
        groups: [
          // Each entry evaluates it before its other files.
          {
            name: 'require-node',
            test: /\/engine\/require-node\.ts$|^\0(rolldown\/runtime|runtime-builtin)/,
            priority: 4,
          },
          ...['library', 'program', 'machine'].map((group, index) => ({
            debugName: group,
            priority: 3 - index,
            name(id: string, context: ChunkingContext) {
              groups ??= assignGroups(roots, (module) => context.getModuleInfo(module)?.importedIds ?? []);
              return groups.get(id) === group ? group : null;
            },
          })),
        ],
      },
    },
  });
}

type Imports = (module: string) => readonly string[];

/** The group of each module that the program or a backend of this machine imports, directly or indirectly. */
function assignGroups(
  roots: { readonly program: string; readonly library: string; readonly machine: string },
  importsOf: Imports,
): ReadonlyMap<string, string> {
  const library = reachable(roots.library, importsOf);
  const groups = new Map<string, string>();
  for (const module of reachable(roots.machine, importsOf)) groups.set(module, 'machine');
  for (const module of reachable(roots.program, importsOf)) {
    groups.set(module, library.has(module) ? 'library' : 'program');
  }
  return groups;
}

function reachable(start: string, importsOf: Imports): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [start];
  for (let module = waiting.pop(); module !== undefined; module = waiting.pop()) {
    if (found.has(module)) continue;
    found.add(module);
    waiting.push(...importsOf(module));
  }
  return found;
}

/** Long-lived programs are one file each and load everything at start, because the next build deletes their chunks. */
export async function buildPrograms(folder: string, bundled: Set<string>): Promise<void> {
  const programs = present({
    supervisor: source('programs/supervisor-main.ts'),
    'terminal-holder': source('programs/terminal-holder-main.ts'),
    'kube-supervisor': source('programs/kube-supervisor-main.ts'),
  });
  const keepNames = { function: true, class: true };
  const minify = { compress: { keepNames }, mangle: { keepNames } };
  await Promise.all(
    Object.entries(programs).map(([name, input]) =>
      build({
        ...inputOptions(bundled),
        input,
        output: { ...output, minify, file: join(folder, `${name}.js`), codeSplitting: false },
      }),
    ),
  );
}
