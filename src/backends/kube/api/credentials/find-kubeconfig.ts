import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { SymphonyError } from '../../../../engine/contract/errors.ts';
import { expandHome } from '../../../../engine/files/paths.ts';
import { absolutePath } from '../../../../engine/files/working-directory.ts';
import { type Kubeconfig, readKubeconfigFile } from './kubeconfig-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Finds the kubeconfig as kubectl does: the named file, else the files of `KUBECONFIG`, some of which may be missing,
 * else `~/.kube/config`.
 * @returns undefined if there is no such file
 * @throws SymphonyError `backend-unavailable` if a file is invalid, or the named one is missing
 */
export function findKubeconfig(named: string | undefined, env: Environment): Kubeconfig | undefined {
  if (named !== undefined) {
    const path = absolutePath(expandHome(named));
    const config = readKubeconfigFile(path);
    if (config !== undefined) return config;
    throw new SymphonyError('backend-unavailable', `There is no kubeconfig ${path}.`);
  }
  const found = kubeconfigPaths(env).flatMap((path) => readKubeconfigFile(path) ?? []);
  return found.length === 0 ? undefined : mergeKubeconfigs(found);
}

/** The default paths of kubeconfigs. */
export function kubeconfigPaths(env: Environment): readonly string[] {
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  if (listed.length === 0) return [join(env.HOME || homedir(), '.kube', 'config')];
  return [...new Set(listed.map((path) => absolutePath(path)))];
}

/** Merges kubeconfigs. The first file that has an entry wins; entries of the same name are not mixed. */
export function mergeKubeconfigs(configs: readonly Kubeconfig[]): Kubeconfig {
  const backwards = configs.toReversed();
  return {
    clusters: new Map(backwards.flatMap(({ clusters }) => [...clusters])),
    users: new Map(backwards.flatMap(({ users }) => [...users])),
    contexts: new Map(backwards.flatMap(({ contexts }) => [...contexts])),
    currentContext: configs.find(({ currentContext }) => currentContext !== undefined)?.currentContext,
  };
}
