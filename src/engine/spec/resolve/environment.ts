import { isAbsolute } from 'node:path';
import { type AssignedService, serviceEnvironment } from './networking.ts';
import type { ResolvedProcess } from './resolved-experiment.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface SymphonyEnvironmentInput {
  /** The experiment's final name. */
  readonly experiment: string;
  /** Random for each launch. */
  readonly launchId: string;
  readonly process: Pick<ResolvedProcess, 'group' | 'name' | 'replica' | 'replicas' | 'secrets' | 'env'>;
  readonly services: readonly AssignedService[];
  /** The folder of the process's secret files; absent if it has none. */
  readonly secretsDir?: string;
}

/** The variables that Symphony itself sets, and the one that makes Python print without buffering. */
export function symphonyEnvironment(input: SymphonyEnvironmentInput): Record<string, string> {
  const { experiment, launchId, process: resolved, services, secretsDir } = input;
  return {
    SYMPH_EXPERIMENT: experiment,
    SYMPH_PROCESS_GROUP: resolved.group ?? '',
    SYMPH_PROCESS: resolved.name,
    SYMPH_ID: launchId,
    ...(resolved.replica === null ? {} : { SYMPH_REPLICA: String(resolved.replica) }),
    SYMPH_REPLICAS: String(resolved.replicas),
    ...(secretsDir === undefined ? {} : { SYMPH_SECRETS_DIR: secretsDir }),
    ...serviceEnvironment(services, resolved),
    ...(Object.hasOwn(resolved.env, 'PYTHONUNBUFFERED') ? {} : { PYTHONUNBUFFERED: '1' }),
  };
}

/**
 * The whole environment of a process on this machine: the launching shell's, then the spec's (with the values of secrets),
 * then Symphony's own. Later variables win.
 */
export function processEnvironment(
  launching: Environment,
  own: Readonly<Record<string, string>>,
  symphony: Readonly<Record<string, string>>,
): Record<string, string> {
  const merged = { ...launching, ...own, ...symphony };
  if (launching.PYTHONUNBUFFERED !== undefined)
    merged.PYTHONUNBUFFERED = own.PYTHONUNBUFFERED ?? launching.PYTHONUNBUFFERED;
  return Object.fromEntries(
    Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** The launching shell's environment: without what npm and npx add, and without an outer experiment's. */
export function launchingEnvironment(env: Environment): Record<string, string> {
  const isNpm = Object.keys(env).some((name) => name.startsWith('npm_'));
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || name.startsWith('SYMPH_')) continue;
    if (isNpm && isSetByNpm(name, value, env)) continue;
    kept[name] = isNpm && name === 'PATH' ? withoutNpmFolders(value) : value;
  }
  return kept;
}

function isSetByNpm(name: string, value: string, env: Environment): boolean {
  if (name.startsWith('npm_') || name === 'INIT_CWD') return true;
  return name === 'NODE' && value === env.npm_node_execpath;
}

/** Removes only leading entries: later ones were in PATH before npm started. */
function withoutNpmFolders(path: string): string {
  const folders = path.split(':');
  const first = folders.findIndex((folder) => !isNpmFolder(folder));
  return folders.slice(first < 0 ? folders.length : first).join(':');
}

function isNpmFolder(folder: string): boolean {
  const bare = folder.replace(/\/+$/, '');
  return isAbsolute(bare) && (bare.endsWith('/node_modules/.bin') || bare.endsWith('node-gyp-bin'));
}
