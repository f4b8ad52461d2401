import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { SymphonyError } from '../../../../engine/contract/errors.ts';

export interface ClusterEntry {
  readonly server?: string;
  readonly 'certificate-authority'?: string;
  readonly 'certificate-authority-data'?: string;
  readonly 'insecure-skip-tls-verify'?: boolean;
  readonly 'tls-server-name'?: string;
  readonly 'proxy-url'?: string;
  readonly extensions?: readonly { readonly name: string; readonly extension: unknown }[] | null;
}

/** A program that prints credentials. */
export interface ExecEntry {
  readonly apiVersion?: string;
  readonly command: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly installHint?: string;
  readonly provideClusterInfo?: boolean;
}

export interface UserEntry {
  readonly 'client-certificate'?: string;
  readonly 'client-certificate-data'?: string;
  readonly 'client-key'?: string;
  readonly 'client-key-data'?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly as?: string;
  readonly 'as-uid'?: string;
  readonly 'as-groups'?: readonly string[] | null;
  readonly 'as-user-extra'?: Readonly<Record<string, readonly string[]>> | null;
  readonly exec?: ExecEntry | null;
  readonly 'auth-provider'?: object | null;
}

export interface ContextEntry {
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
}

/** The content of a kubeconfig file, or of several merged ones. */
export interface Kubeconfig {
  readonly clusters: ReadonlyMap<string, ClusterEntry>;
  readonly users: ReadonlyMap<string, UserEntry>;
  readonly contexts: ReadonlyMap<string, ContextEntry>;
  readonly currentContext: string | undefined;
}

/**
 * Reads one file; relative paths in it are resolved against its folder.
 * @returns undefined if it does not exist
 * @throws SymphonyError `backend-unavailable` if it cannot be read, or is not a kubeconfig
 */
export function readKubeconfigFile(path: string): Kubeconfig | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new SymphonyError('backend-unavailable', `The kubeconfig cannot be read: ${message}.`, { cause: error });
  }
  return parseKubeconfig(text, path);
}

/** @throws SymphonyError `backend-unavailable` naming the file and the invalid entry */
export function parseKubeconfig(text: string, path: string): Kubeconfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error', merge: true });
  const [fault] = document.errors;
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0]);
    throw broken(`${path}:${line}:${col}: ${fault.message}`);
  }
  const content: unknown = document.toJS() ?? {};
  if (typeof content !== 'object' || Array.isArray(content)) throw broken(`${path} is not a mapping`);
  const root = content as Record<string, unknown>;
  const folder = dirname(path);
  const current = root['current-context'];
  return {
    clusters: entries<ClusterEntry>(root, 'cluster', path, (cluster) => absolute(cluster, folder, clusterPaths)),
    users: entries<UserEntry>(root, 'user', path, (user) => absoluteCommand(absolute(user, folder, userPaths), folder)),
    contexts: entries<ContextEntry>(root, 'context', path, (context) => context),
    currentContext: current ? String(current) : undefined,
  };
}

const clusterPaths = ['certificate-authority'] as const;
const userPaths = ['client-certificate', 'client-key', 'tokenFile'] as const;

function entries<Entry extends object>(
  root: Record<string, unknown>,
  key: 'cluster' | 'user' | 'context',
  path: string,
  resolve: (entry: Entry) => Entry,
): Map<string, Entry> {
  const list = root[`${key}s`] ?? [];
  if (!Array.isArray(list)) throw broken(`${path}: ${key}s is not a list`);
  const found = new Map<string, Entry>();
  for (const [index, item] of (list as readonly (Record<string, unknown> | null)[]).entries()) {
    const name = item?.name === undefined || item.name === null ? '' : String(item.name);
    if (name === '') throw broken(`${path}: ${key}s[${index}] has no name`);
    if (found.has(name)) throw broken(`${path} has two ${key}s called ${name}`);
    const entry = item?.[key] ?? {};
    if (typeof entry !== 'object') throw broken(`${path}: ${key}s[${index}].${key} is not a mapping`);
    found.set(name, resolve(entry as Entry));
  }
  return found;
}

function absolute<Entry extends object>(entry: Entry, folder: string, keys: readonly (keyof Entry)[]): Entry {
  const resolved = { ...entry };
  for (const key of keys) {
    const path = entry[key];
    if (typeof path === 'string' && path !== '' && !isAbsolute(path)) {
      resolved[key] = join(folder, path) as Entry[typeof key];
    }
  }
  return resolved;
}

/** A command without a slash is found in PATH. */
function absoluteCommand(user: UserEntry, folder: string): UserEntry {
  const command = user.exec?.command;
  if (!user.exec || typeof command !== 'string' || !command.includes('/') || isAbsolute(command)) return user;
  return { ...user, exec: { ...user.exec, command: join(folder, command) } };
}

function broken(what: string): SymphonyError {
  return new SymphonyError('backend-unavailable', `The kubeconfig is broken: ${what}.`);
}
