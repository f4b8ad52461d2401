import { describe, expect, it } from 'vitest';
import { refusals } from './support/notes.ts';

const ofProcess = (kube: object) => refusals({ processes: { p: { command: 'x', kube } } });
const placeOf = (refusal: string) => refusal.slice(0, refusal.indexOf(': '));

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
