import type { Backend } from '../contract/backend.ts';
import { readSetting } from '../settings/config.ts';
import { unknownName } from '../text/common-errors.ts';

/** Whether a backend works here; `detail` is a version and a path, or the reason and what would help. */
export interface BackendCheck {
  readonly works: boolean;
  readonly detail: string;
}

/** Loads a backend only when it is used. */
export interface BackendLoader {
  /** One line that lists of backends show. */
  readonly summary: string;
  /** Finds out whether the backend works here, without loading it. Never throws. */
  check(): Promise<BackendCheck>;
  /** @throws SymphonyError `backend-unavailable` */
  load(options: Readonly<Record<string, unknown>>): Promise<Backend>;
}

const loaders = new Map<string, BackendLoader>();

/** Makes a backend available under a name; a later one of the same name replaces it. */
export function registerBackend(name: string, loader: BackendLoader): void {
  loaders.set(name, loader);
}

/** Every registered backend, in the order of registration. */
export function registeredBackends(): ReadonlyMap<string, BackendLoader> {
  return loaders;
}

/** @see Cluster.new */
export async function createBackend(
  name: string | undefined,
  options: Readonly<Record<string, unknown>>,
): Promise<Backend> {
  return requireBackend(name ?? (await readSetting('backend'))).load(options);
}

/** The loader of a backend by its name. @throws SymphonyError `not-found` with the nearest names */
export function requireBackend(name: string): BackendLoader {
  const loader = loaders.get(name);
  if (loader !== undefined) return loader;
  throw unknownName('backend', name, [...loaders.keys()]);
}
