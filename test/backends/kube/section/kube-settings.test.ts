import { describe, expect, it } from 'vitest';
import { buildPod } from '../support/manifests.ts';
import { notes, refusals } from './support/notes.ts';

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
