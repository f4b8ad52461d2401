import { describe, expect, it } from 'vitest';
import { workingFolder } from '../../../../src/backends/kube/section/kube-settings.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';
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

describe('the folder that a container starts in', () => {
  const folderOf = (kube: object | undefined, ofProcess?: object) => {
    const main = { command: 'x', startDir: '/declared', ...(ofProcess && { kube: ofProcess }) };
    const resolved = resolveExperiment(parseSpec({ name: 'x', ...(kube && { kube }), processes: { main } }));
    const [resolvedProcess] = resolved.processes;
    return resolvedProcess && workingFolder(resolved, resolvedProcess);
  };

  it('is the declared one, that of the innermost section, or that of the image, which is unknown', () => {
    expect(folderOf(undefined)).toBe('/declared');
    expect(folderOf({ labels: {} })).toBe('/declared');
    expect(folderOf({ workingDir: '/app' })).toBe('/app');
    expect(folderOf({ workingDir: null })).toBeUndefined();
    expect(folderOf({ workingDir: null }, { workingDir: '/app' })).toBe('/app');
    expect(folderOf({ workingDir: '/app' }, { workingDir: null })).toBeUndefined();
  });
});
