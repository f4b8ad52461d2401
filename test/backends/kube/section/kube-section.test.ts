import { describe, expect, it } from 'vitest';
import { toKubeExperiment } from '../../../../src/backends/kube/section/kube-experiment.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';
import { build, buildPod, podNamed } from '../support/manifests.ts';

function notes(draft: object) {
  const spec = parseSpec({ name: 'x', image: 'i', ...draft }, { baseDir: '/' });
  return toKubeExperiment(resolveExperiment(spec)).notes;
}

const refusals = (draft: object) =>
  notes(draft).flatMap(({ verdict, path, message }) => (verdict === 'refused' ? [`${path}: ${message}`] : []));

const ofProcess = (kube: object) => refusals({ processes: { p: { command: 'x', kube } } });

describe('what is wrong under kube', () => {
  it.for<[object, string]>([
    [{ tolerations: [{ effect: 'Never' }] }, 'tolerations[0].effect: is "Never"; it must be NoSchedule, '],
    [{ tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] }, 'tolerations[0].value: must be left out with '],
    [{ tolerations: [{ effect: 'NoExecute' }] }, 'tolerations[0].key: is missing; without it, operator must be Exists'],
    [{ tolerations: [{ key: 'a', tolerationSeconds: 5 }] }, 'tolerations[0].tolerationSeconds: has a meaning with '],
    [{ nodeSelektor: {} }, 'nodeSelektor: there is no such field; did you mean nodeSelector?'],
    [{ nodeSelector: { disk: 5 } }, 'nodeSelector.disk: is 5; it must be a text; put numbers and booleans in quotes'],
    [{ volumes: [{ mount: '/a' }] }, 'volumes[0]: does not say what it is; it must have one of nfs, hostPath, '],
    [{ volumes: [{ mount: '/a', git: { repository: 'r' }, emptyDir: {} }] }, 'volumes[0]: has emptyDir and git; it '],
    [{ volumes: [{ mount: 'a', emptyDir: {} }] }, 'volumes[0].mount: is "a"; it must be the absolute path at which '],
    [
      { volumes: ['a', 'b'].map((name) => ({ name, mount: '/m', emptyDir: {} })) },
      'volumes[1].mount: is "/m", as is that of volumes[0]; each needs a place of its own',
    ],
    [{ volumes: [{ mount: '/a', nfs: { server: 's' } }] }, 'volumes[0].nfs.path: is missing; it must be an absolute '],
    [{ volumes: [{ mount: '/a', emptyDir: { size: 'big' } }] }, 'volumes[0].emptyDir.size: is "big"; it must be bytes'],
    [{ sharedMemory: 'all' }, 'sharedMemory: is "all"; it must be bytes, or a text such as 512Mi, 4G; 1 at least'],
    [{ imagePullPolicy: 'always' }, 'imagePullPolicy: is "always"; it must be Always, IfNotPresent or Never'],
    [{ restartPolicy: 'on-failure' }, 'restartPolicy: is "on-failure"; it must be Always, OnFailure or Never'],
    [{ expose: 'Ingress' }, 'expose: is "Ingress"; it must be LoadBalancer, NodePort or none'],
    [{ requests: { cpu: 'much' } }, 'requests.cpu: is "much"; it must be an amount such as 2, 500m or 4Gi'],
    [{ place: { share: '6/5', pool: 'p' } }, 'place: there is no node pool "p"; none is known'],
    [{ place: { share: 2 } }, 'place.share: is 2; it must be a part of a machine: 0.2, or 1/5'],
    [{ namespace: 'team' }, 'namespace: there is no such field; '],
    [{ workingDir: 'app' }, 'workingDir: is "app"; it must be an absolute path'],
    [{ patch: [] }, 'patch: is an empty list; it must be fields of a pod, such as '],
  ])('is named by its place: %j', ([kube, expected]) => {
    const [first, ...others] = ofProcess(kube);
    expect(first).toContain(`processes.p.kube.${expected}`);
    expect(others).toEqual([]);
  });

  it('is reported once, with its path', () => {
    const wrong = { tolerations: [{ effect: 'Never' }] };
    const processes = { p: { command: 'x', replicas: 3, kube: wrong } };
    expect(refusals({ kube: wrong, groups: { g: { replicas: 2, processes, kube: wrong } } }).map(placeOf)).toEqual([
      'kube.tolerations[0].effect',
      'groups.g.kube.tolerations[0].effect',
      'groups.g.processes.p.kube.tolerations[0].effect',
    ]);
  });
});

const placeOf = (refusal: string) => refusal.slice(0, refusal.indexOf(': '));

describe('what Kubernetes cannot give', () => {
  it('is refused with its path', () => {
    const restart = { policy: 'on-failure', maxRestarts: 3 };
    const processes = { p: { command: 'x', restart, image: 'i' } };
    expect(notes({ onFailure: 'stop', processes })).toMatchObject([
      { verdict: 'refused', path: 'onFailure', hint: expect.stringContaining('symphony delete') },
      { verdict: 'refused', path: 'processes.p.maxRestarts', hint: expect.stringContaining('kube.restartPolicy') },
    ]);
    const spec = parseSpec({ name: 'x', processes: { p: { command: 'x' } } }, { baseDir: '/' });
    expect(toKubeExperiment(resolveExperiment(spec)).notes).toMatchObject([
      { verdict: 'refused', path: 'processes.p.image', message: expect.stringContaining('needs a container image') },
    ]);
    expect(refusals({ files: 'a', processes: { p: { command: 'x', kube: { workingDir: null } } } })).toEqual([
      'processes.p.kube.workingDir: is null, which means the folder of the image, and files need a named folder',
    ]);
  });

  it('is a warning where nothing depends on it', () => {
    const processes = { p: { command: 'x', restart: 'always', maxRestarts: 3, log: { size: '1Mi' } } };
    const found = notes({ kube: { restartPolicy: 'Always' }, processes });
    expect(found.map(({ verdict, path }) => [verdict, path])).toEqual([
      ['not-enforced', 'processes.p.maxRestarts'],
      ['not-enforced', 'processes.p.log.size'],
    ]);
    const group = { processes: { a: { command: 'x', stop: { timeout: '1m' } }, b: { command: 'x' } } };
    expect(notes({ groups: { g: group } })).toMatchObject([
      { verdict: 'not-enforced', path: 'groups.g.processes.b.stop.timeout', message: expect.stringMatching(/60 s/) },
    ]);
  });

  it('includes restart policies that differ inside one pod', () => {
    const processes = { a: { command: 'x', restart: 'always' }, b: { command: 'x' } };
    expect(refusals({ groups: { g: { processes } } })).toEqual([
      'groups.g.processes.b.restart: is never, that of groups.g.processes.a is always, and a pod has one restart policy for all',
    ]);
    expect(notes({ groups: { g: { processes, kube: { restartPolicy: 'OnFailure' } } } })).toEqual([]);
  });
});

describe('sections of experiment, group and process', () => {
  it('are put together, the later winning', () => {
    const { spec, container, pod } = buildPod(
      {
        kube: {
          nodeSelector: { disk: 'ssd', zone: 'b' },
          tolerations: [{ key: 'b', operator: 'Exists' }],
          imagePullSecrets: 'two',
          serviceAccount: 'mine',
          labels: { team: 'rl' },
          annotations: { why: 'test' },
          imagePullPolicy: 'Never',
          affinity: { nodeAffinity: {} },
        },
      },
      {
        kube: {
          nodeSelector: { zone: 'a', arch: 'arm64' },
          tolerations: [{ key: 'a', value: '1', effect: 'NoSchedule' }],
          imagePullSecrets: ['one', 'two'],
          imagePullPolicy: 'Always',
        },
      },
    );
    expect(spec).toMatchObject({
      nodeSelector: { zone: 'b', arch: 'arm64', disk: 'ssd' },
      tolerations: [
        { key: 'a', value: '1', effect: 'NoSchedule' },
        { key: 'b', operator: 'Exists' },
      ],
      imagePullSecrets: [{ name: 'one' }, { name: 'two' }],
      serviceAccountName: 'mine',
      affinity: { nodeAffinity: {} },
    });
    expect(spec).not.toHaveProperty('automountServiceAccountToken');
    expect(container.imagePullPolicy).toBe('Never');
    expect(pod.metadata.labels).toMatchObject({ team: 'rl', 'symphony/experiment': 'rl' });
    expect(pod.metadata.annotations).toEqual({ why: 'test' });
  });

  it('of processes in one pod must not contradict each other', () => {
    const processSpec = (disk: string) => ({ command: 'x', kube: { nodeSelector: { disk }, labels: { same: 'yes' } } });
    const processes = { a: processSpec('ssd'), b: processSpec('hdd') };
    expect(refusals({ groups: { g: { processes } } })).toEqual([
      'groups.g.processes.b.kube.nodeSelector.disk: differs from groups.g.processes.a.kube.nodeSelector.disk, and both processes are in one pod',
    ]);
    expect(notes({ processes })).toEqual([]);
  });
});

describe('volumes', () => {
  it('are mounted where they are declared', () => {
    const volumes = [
      { mount: '/nfs', nfs: { server: 'files', path: '/export' }, readOnly: true },
      { mount: '/host', hostPath: '/var/data' },
      { mount: '/typed', hostPath: { path: '/dev/kvm', type: 'CharDevice' } },
      { mount: '/scratch', emptyDir: { size: '10Gi' }, subPath: 'mine' },
      { mount: '/ram', emptyDir: { medium: 'Memory' } },
      { mount: '/key', secret: 'key' },
      { mount: '/conf', configMap: { name: 'conf', optional: true } },
      { mount: '/data', persistentVolumeClaim: 'data', name: 'the-data' },
      { mount: '/csi', raw: { csi: { driver: 'd' } } },
    ];
    const { spec, container } = buildPod({ kube: { volumes } });
    expect(spec.volumes).toEqual([
      { name: 'volume-0', nfs: { server: 'files', path: '/export' } },
      { name: 'volume-1', hostPath: { path: '/var/data' } },
      { name: 'volume-2', hostPath: { path: '/dev/kvm', type: 'CharDevice' } },
      { name: 'volume-3', emptyDir: { sizeLimit: '10Gi' } },
      { name: 'volume-4', emptyDir: { medium: 'Memory' } },
      { name: 'volume-5', secret: { secretName: 'key' } },
      { name: 'volume-6', configMap: { name: 'conf', optional: true } },
      { name: 'the-data', persistentVolumeClaim: { claimName: 'data' } },
      { name: 'volume-7', csi: { driver: 'd' } },
    ]);
    expect(container.volumeMounts.slice(0, 4)).toEqual([
      { name: 'volume-0', mountPath: '/nfs', readOnly: true },
      { name: 'volume-1', mountPath: '/host' },
      { name: 'volume-2', mountPath: '/typed' },
      { name: 'volume-3', mountPath: '/scratch', subPath: 'mine' },
    ]);
  });

  it('of the experiment are in every pod, those of a process only in its container, and shared ones are one', () => {
    const shared = { mount: '/data', nfs: { server: 's', path: '/d' } };
    const own = { mount: '/own', name: 'own', emptyDir: {} };
    const { objects } = build({
      kube: { volumes: [shared] },
      processes: { solo: { command: 'x' } },
      groups: { g: { processes: { a: { command: 'x', kube: { volumes: [own] } }, b: { command: 'x' } } } },
    });
    const mounts = (pod: string) =>
      podNamed(objects, pod).spec.containers.map(({ volumeMounts }: { volumeMounts: { mountPath: string }[] }) =>
        volumeMounts.map(({ mountPath }) => mountPath),
      );
    expect(mounts('solo')).toEqual([['/data']]);
    expect(mounts('g')).toEqual([['/data', '/own'], ['/data']]);
    expect(podNamed(objects, 'g').spec.volumes.map(({ name }: { name: string }) => name)).toEqual(['volume-0', 'own']);
  });

  it('of one name in one pod must be the same', () => {
    const volume = (path: string) => ({ name: 'data', mount: '/data', hostPath: path });
    const processSpec = (path: string) => ({ command: 'x', kube: { volumes: [volume(path)] } });
    expect(() => build({ groups: { g: { processes: { a: processSpec('/a'), b: processSpec('/b') } } } })).toThrow(
      'groups.g.processes.b.kube.volumes: there is another volume data in the same pod.',
    );
  });

  it('make the shared memory as large as the most demanding container wants', () => {
    const processSpec = (sharedMemory: string) => ({ command: 'x', kube: { sharedMemory } });
    const { objects } = build({ groups: { g: { processes: { a: processSpec('1Gi'), b: processSpec('8Gi') } } } });
    const { volumes, containers } = podNamed(objects, 'g').spec;
    expect(volumes).toEqual([{ name: 'symphony-shared-memory', emptyDir: { medium: 'Memory', sizeLimit: '8Gi' } }]);
    for (const { volumeMounts } of containers) {
      expect(volumeMounts).toEqual([{ name: 'symphony-shared-memory', mountPath: '/dev/shm' }]);
    }
  });

  it('are cloned from git before the process starts', () => {
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
});
