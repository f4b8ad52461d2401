import type { V1Container, V1Volume } from '@kubernetes/client-node';
import type { ToApi } from '../../api/api-types.ts';
import type { GitInput } from '../../section/section-types.ts';
import { literal } from './container-command.ts';

const folder = '/symphony/clone';
const keyFolder = '/symphony/git-key';

/**
 * Fetches one revision without history, or the whole repository if the server does not serve single commits. A
 * restarted container empties the folder first; the folder's owner may differ from the container's user.
 */
const script = `set -e
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
rm -rf "$3"/* "$3"/.[!.]*
git init -q "$3"
cd "$3"
if git fetch -q --depth 1 -- "$1" "$2"; then
  git checkout -q FETCH_HEAD
else
  git fetch -q -- "$1" '+refs/*:refs/symphony/*'
  git checkout -q "$2"
fi`;

const sshCommand = `ssh -i ${keyFolder}/ssh-privatekey -o IdentitiesOnly=yes -o StrictHostKeyChecking=accept-new`;

/** The init container that clones a repository into the volume, and the further volumes it needs. */
export function gitClone(
  git: GitInput,
  volume: string,
  number: number,
): { readonly initContainer: ToApi<V1Container>; readonly volumes: readonly ToApi<V1Volume>[] } {
  const key = `symphony-git-key-${number}`;
  return {
    initContainer: {
      name: `git-${number}`,
      image: git.image ?? 'alpine/git',
      command: ['/bin/sh', '-c', script, 'sh', git.repository, git.revision ?? 'HEAD', folder].map(literal),
      ...(git.secret === undefined ? {} : { env: [{ name: 'GIT_SSH_COMMAND', value: sshCommand }] }),
      volumeMounts: [
        { name: volume, mountPath: folder },
        ...(git.secret === undefined ? [] : [{ name: key, mountPath: keyFolder, readOnly: true }]),
      ],
    },
    // ssh refuses a key that other users can read.
    volumes: git.secret === undefined ? [] : [{ name: key, secret: { secretName: git.secret, defaultMode: 0o400 } }],
  };
}
