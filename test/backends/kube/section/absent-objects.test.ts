import '../../../../src/backends/index.ts';
import { describe, expect, it } from 'vitest';
import { planOnKube } from '../../../../src/backends/kube/section/kube-plan.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';

const command = ['true'];

describe('references that a namespace made by the launch cannot resolve', () => {
  const refusals = (kube: object, namespace?: string) => {
    const spec = parseSpec({ name: 'rl', image: 'i', kube, processes: { p: { command } } }, { baseDir: '/' });
    return planOnKube(resolveExperiment(spec), { ...(namespace && { namespace }) }).notes.map(({ path, message }) => [
      path,
      message,
    ]);
  };
  const absent = 'which does not exist in the namespace that the launch makes for the experiment';

  it.each([
    [{ serviceAccount: 'learner' }, 'kube.serviceAccount', 'the service account learner'],
    [{ imagePullSecrets: 'registry' }, 'kube.imagePullSecrets', 'the Secret registry'],
    [{ volumes: [{ mount: '/a', secret: 'keys' }] }, 'kube.volumes[0].secret', 'the Secret keys'],
    [{ volumes: [{ mount: '/a', configMap: { name: 'c' } }] }, 'kube.volumes[0].configMap', 'the ConfigMap c'],
    [
      { volumes: [{ mount: '/a', persistentVolumeClaim: 'store' }] },
      'kube.volumes[0].persistentVolumeClaim',
      'the claim store',
    ],
    [
      { volumes: [{ mount: '/a', git: { repository: 'r', secret: 'k' } }] },
      'kube.volumes[0].git.secret',
      'the Secret k',
    ],
    [{ patch: { spec: { serviceAccountName: 'x' } } }, 'kube.patch.spec.serviceAccountName', 'the service account x'],
  ])('is refused: %j', (kube, path, what) => {
    expect(refusals(kube)).toEqual([[path, `names ${what}, ${absent}`]]);
    expect(refusals(kube, 'team')).toEqual([]);
    expect(refusals({ ...kube, namespace: 'team' })).toEqual([]);
  });

  it('is accepted where it may be missing, or Kubernetes puts it there', () => {
    const configMap = { name: 'c', optional: true };
    const volumes = [
      { mount: '/a', configMap },
      { mount: '/b', configMap: 'kube-root-ca.crt' },
    ];
    expect(refusals({ serviceAccount: 'default', volumes })).toEqual([]);
  });
});
