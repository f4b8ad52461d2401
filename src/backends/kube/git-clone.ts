import { literal } from './expansion.ts';
import type { Json } from './kube-object.ts';
import type { GitInput } from './kube-section.ts';

const folder = '/symphony/clone';
const keyFolder = '/symphony/git-key';

/** Fetches one revision, whatever it is, and no history. A container that starts again begins with an empty folder. */
const script = `set -e
rm -rf "$3"/* "$3"/.[!.]*
git init -q "$3"
cd "$3"
git fetch -q --depth 1 "$1" "$2"
git checkout -q FETCH_HEAD`;

const sshCommand = `ssh -i ${keyFolder}/ssh-privatekey -o IdentitiesOnly=yes -o StrictHostKeyChecking=accept-new`;

/** The init container that clones a repository into the volume, and what volumes it needs beside. */
export function gitClone(
  git: GitInput,
  volume: string,
  number: number,
): { readonly initContainer: Json; readonly volumes: readonly Json[] } {
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
    // ssh refuses a key that others can read.
    volumes: git.secret === undefined ? [] : [{ name: key, secret: { secretName: git.secret, defaultMode: 0o400 } }],
  };
}
