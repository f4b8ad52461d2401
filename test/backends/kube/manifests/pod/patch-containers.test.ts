import { describe, expect, it } from 'vitest';
import { build, podNamed } from '../../support/manifests.ts';

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
