import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { symphonyPaths } from '../../engine/files/paths.ts';
import { shortHash } from '../../engine/text/short-hash.ts';

/** Each namespace is one empty file, so that writers need not read each other's entries. */
function folderOf(server: string): string {
  return join(symphonyPaths().state, 'kube', shortHash(server), 'namespaces');
}

/** The shared namespaces of a server into which this machine has launched experiments. */
export async function knownNamespaces(server: string): Promise<readonly string[]> {
  return (await readdir(folderOf(server)).catch(() => [])).sort();
}

/** Remembers the namespace, so that a user who may not list all namespaces finds the experiment later. */
export async function rememberNamespace(server: string, namespace: string): Promise<void> {
  const folder = folderOf(server);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, namespace), '');
}
