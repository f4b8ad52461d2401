import { expect, it } from 'vitest';
import { buildPod } from '../../support/manifests.ts';

it('volumes are cloned from git before the process starts', () => {
  const git = { repository: 'git@host:$(repo).git', revision: 'v1', secret: 'deploy-key' };
  const { spec, container } = buildPod({ kube: { volumes: [{ mount: '/code', git }] } });
  expect(container.volumeMounts).toEqual([{ name: 'volume-0', mountPath: '/code' }]);
  expect(spec.initContainers).toMatchObject([{ name: 'git-0', image: 'alpine/git' }]);
  const [init] = spec.initContainers;
  expect(init.command.slice(-3)).toEqual(['git@host:$$(repo).git', 'v1', '/symphony/clone']);
  expect(init.volumeMounts.map(({ name }: { name: string }) => name)).toEqual(['volume-0', 'symphony-git-key-0']);
  expect(spec.volumes).toEqual([
    { name: 'volume-0', emptyDir: {} },
    { name: 'symphony-git-key-0', secret: { secretName: 'deploy-key', defaultMode: 0o400 } },
  ]);
});
