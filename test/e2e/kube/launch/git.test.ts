import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { base } from '../support/kube-lab.ts';
import { test } from '../support/kube-test.ts';

/** The git of the node, which is this machine, because the image has none. */
const ofNode = ['/usr/bin', '/usr/lib', '/usr/share/git-core', '/lib/x86_64-linux-gnu', '/lib64'];

test('a repository is cloned before the process starts, at the revision asked for', async ({ lab }) => {
  const repository = await mkdtemp(join(tmpdir(), 'symphony-repository-'));
  await chmod(repository, 0o755);
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', repository, '-c', 'user.name=Test', '-c', 'user.email=test@localhost', ...args]);
  git('init', '-q');
  for (const version of ['one', 'two']) {
    await writeFile(join(repository, 'program.sh'), `echo "version ${version}"\n`);
    git('add', '.');
    git('commit', '-qm', version);
    git('tag', version);
  }
  const commit = String(git('rev-parse', 'one')).trim();
  // git refuses a repository that another user owns.
  const ofAnother = `${repository}-of-another`;
  execFileSync('cp', ['-r', repository, ofAnother]);
  execFileSync('chown', ['-R', '1234', ofAnother]);
  const draft = (revision: string | undefined, user: number, repository: string) => {
    const clone = { mount: '/code', git: { repository: `file://${repository}`, image: base.image, revision } };
    const paths = [...ofNode, repository];
    const mounts = paths.map((mountPath, index) => ({ name: `node-${index}`, mountPath, readOnly: true }));
    const spec = {
      securityContext: { runAsUser: user },
      initContainers: [
        {
          name: 'git-0',
          imagePullPolicy: 'IfNotPresent',
          volumeMounts: [{ name: 'volume-0', mountPath: '/symphony/clone' }, ...mounts],
        },
      ],
      volumes: [
        { name: 'volume-0', emptyDir: {} },
        ...paths.map((path, index) => ({ name: `node-${index}`, hostPath: { path } })),
      ],
    };
    return {
      processes: {
        main: { command: 'sh /code/program.sh', kube: { ...base.kube, volumes: [clone], patch: { spec } } },
      },
    };
  };
  try {
    await lab.launch('cloned-newest', draft(undefined, 0, repository));
    await lab.launch('cloned-commit', draft(commit, 0, repository));
    await lab.launch('cloned-by-another', draft('one', 1234, ofAnother));
    expect(await lab.lines('cloned-newest')).toEqual(['version two']);
    expect(await lab.lines('cloned-commit')).toEqual(['version one']);
    expect(await lab.lines('cloned-by-another')).toEqual(['version one']);
    await lab.launch('cloned-in-vain', draft('no-such-tag', 0, repository));
    const { reason } = await lab.until('cloned-in-vain', 'main', ({ state }) => state === 'failed');
    expect(reason).toMatch(/^git-0, which prepares it, failed: exit code/);
  } finally {
    for (const folder of [repository, ofAnother]) await rm(folder, { recursive: true });
  }
});
