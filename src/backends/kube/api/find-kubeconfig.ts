import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { SymphonyError } from '../../../engine/errors.ts';
import { expandHome } from '../../../engine/paths.ts';
import { absolutePath } from '../../../engine/working-directory.ts';
import { type Kubeconfig, readKubeconfigFile } from './kubeconfig-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The kubeconfig as kubectl finds it: the file named, else those of `KUBECONFIG`, of which some may be missing, else
 * `~/.kube/config`.
 * @returns undefined if there is no such file
 * @throws SymphonyError `backend-unavailable` if a file is broken, or the one named is missing
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

/** Where kubeconfigs are looked for that nobody named. */
export function kubeconfigPaths(env: Environment): readonly string[] {
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  if (listed.length === 0) return [join(env.HOME || homedir(), '.kube', 'config')];
  return [...new Set(listed.map((path) => absolutePath(path)))];
}

/** Of what several files say, the first has it: whole entries, never a mixture of two. */
export function mergeKubeconfigs(configs: readonly Kubeconfig[]): Kubeconfig {
  const backwards = configs.toReversed();
  return {
    clusters: new Map(backwards.flatMap(({ clusters }) => [...clusters])),
    users: new Map(backwards.flatMap(({ users }) => [...users])),
    contexts: new Map(backwards.flatMap(({ contexts }) => [...contexts])),
    currentContext: configs.find(({ currentContext }) => currentContext !== undefined)?.currentContext,
  };
}
