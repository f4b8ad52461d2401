import { describe, expect, it } from 'vitest';
import { planOnKube } from '../../../../src/backends/kube/section/kube-plan.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';
import { build, podNamed } from '../support/manifests.ts';

const command = ['true'];
const securityContext = { runAsUser: 1000 };
const containers = (patched: readonly object[]) => ({ patch: { spec: { containers: patched } } });

describe('a patch of containers', () => {
  it('holds for each replica of the process it names, outside and inside of groups', () => {
    const { objects } = build({
      kube: containers([
        { name: 'agent', securityContext, tty: true },
        { name: 'agent-1', tty: null, stdin: true },
      ]),
      processes: { agent: { command, replicas: 3 }, other: { command } },
      groups: {
        g: { replicas: 2, processes: { worker: { command } }, kube: containers([{ name: 'worker', tty: true }]) },
      },
    });
    const only = (name: string) => {
      const { containers } = podNamed(objects, name).spec;
      expect(containers).toHaveLength(1);
      return containers[0];
    };
    expect(only('agent-0')).toMatchObject({ name: 'agent-0', image: 'busybox', securityContext, tty: true });
    expect(only('agent-1')).toMatchObject({ name: 'agent-1', securityContext, stdin: true });
    expect(only('agent-1')).not.toHaveProperty('tty');
    expect(only('agent-2')).toMatchObject({ name: 'agent-2', securityContext });
    expect(only('other')).not.toHaveProperty('securityContext');
    expect(only('g-1')).toMatchObject({ name: 'worker', tty: true });
  });

  it('adds a container that is not a process, with its own image', () => {
    const sidecar = { name: 'sidecar', image: 'proxy' };
    const { objects } = build({ kube: containers([sidecar]), processes: { a: { command }, b: { command } } });
    for (const name of ['a', 'b']) expect(podNamed(objects, name).spec.containers.at(-1)).toEqual(sidecar);
    const { notes } = build({ processes: { agent: { command, kube: containers([{ name: 'agnet', tty: true }]) } } });
    expect(notes).toMatchObject([
      {
        verdict: 'refused',
        path: 'processes.agent.kube.patch.spec.containers',
        message: 'names agnet, which is not a process; an added container needs an image',
      },
    ]);
  });
});

describe('what Symphony finds its pods by', () => {
  const refusedPaths = (kube: object) => {
    const spec = parseSpec({ name: 'rl', image: 'i', processes: { p: { command, kube } } }, { baseDir: '/' });
    return planOnKube(resolveExperiment(spec)).notes.map(({ path }) => path);
  };
  const at = (path: string) => `processes.p.kube.${path}`;

  it.each([
    [{ labels: { 'symphony/launch': 'x' } }, at('labels."symphony/launch"')],
    [{ labels: { 'app.kubernetes.io/managed-by': 'x' } }, at('labels."app.kubernetes.io/managed-by"')],
    [{ annotations: { 'symphony/stopped': 'x' } }, at('annotations."symphony/stopped"')],
    [{ patch: { kind: 'Job' } }, at('patch.kind')],
    [{ patch: { metadata: null } }, at('patch.metadata')],
    [{ patch: { metadata: { name: 'x' } } }, at('patch.metadata.name')],
    [{ patch: { metadata: { namespace: 'x' } } }, at('patch.metadata.namespace')],
    [{ patch: { metadata: { ownerReferences: null } } }, at('patch.metadata.ownerReferences')],
    [{ patch: { metadata: { labels: null } } }, at('patch.metadata.labels')],
    [{ patch: { metadata: { labels: { 'symphony/member': null } } } }, at('patch.metadata.labels."symphony/member"')],
    [{ patch: { spec: null } }, at('patch.spec')],
    [{ patch: { spec: { containers: null } } }, at('patch.spec.containers')],
    [{ patch: { spec: { containers: [{ image: 'x' }] } } }, at('patch.spec.containers[0]')],
  ])('cannot be overwritten: %j', (kube, path) => expect(refusedPaths(kube)).toEqual([path]));

  it('leaves all else to its author', () => {
    const metadata = { labels: { team: 'rl' }, annotations: { who: 'me' }, finalizers: ['a/b'] };
    expect(refusedPaths({ patch: { metadata, spec: { hostNetwork: true } } })).toEqual([]);
  });
});

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
