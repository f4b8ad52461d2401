import { describe, expect, it } from 'vitest';
import { build, buildPod, podNamed } from '../../support/manifests.ts';

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

  it('make the shared memory as large as the most demanding container wants', () => {
    const processSpec = (sharedMemory: string) => ({ command: 'x', kube: { sharedMemory } });
    const { objects } = build({ groups: { g: { processes: { a: processSpec('1Gi'), b: processSpec('8Gi') } } } });
    const { volumes, containers } = podNamed(objects, 'g').spec;
    expect(volumes).toEqual([{ name: 'symphony-shared-memory', emptyDir: { medium: 'Memory', sizeLimit: '8Gi' } }]);
    for (const { volumeMounts } of containers) {
      expect(volumeMounts).toEqual([{ name: 'symphony-shared-memory', mountPath: '/dev/shm' }]);
    }
  });

  it('of one name in one pod must be the same', () => {
    const volume = (path: string) => ({ name: 'data', mount: '/data', hostPath: path });
    const processSpec = (path: string) => ({ command: 'x', kube: { volumes: [volume(path)] } });
    expect(() => build({ groups: { g: { processes: { a: processSpec('/a'), b: processSpec('/b') } } } })).toThrow(
      'groups.g.processes.b.kube.volumes: there is another volume data in the same pod.',
    );
  });
});
