import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../src/backends/kube/api/kube-object.ts';
import { readExperimentRecord } from '../../../../src/backends/kube/manifests/experiment-record.ts';
import { planScaling, type ScaledExperiment } from '../../../../src/backends/kube/scale/plan-scaling.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { type ReplicaCounts, scaleSpec } from '../../../../src/engine/spec/scale-spec.ts';
import { build, checkSchema } from '../support/manifests.ts';

const draft = {
  processes: {
    agent: { command: ['agent'], replicas: 3, bind: 'stats' },
    learner: { command: ['learner'], connect: 'stats', bind: 'weights' },
  },
  groups: { pair: { replicas: 2, processes: { a: { command: ['a'] }, b: { command: ['b'], bind: 'beat' } } } },
};

const names = (objects: readonly { readonly metadata: { readonly name: string } }[]) =>
  objects.map(({ metadata }) => metadata.name);

/** A launched experiment, as the cluster has it. */
function launched(partial: object = draft, extra: Parameters<typeof build>[1] = {}): ScaledExperiment {
  const { objects, location } = build(partial as typeof draft, extra);
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind) as readonly KubeObject[];
  const withRole = (role: string) =>
    objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.labels['symphony/role'] === role);
  return {
    location,
    record: readExperimentRecord({ data: withRole('spec')?.data }),
    templates: new Map(ofKind('Pod').map((pod) => [pod.metadata.name, pod])),
    pods: ofKind('Pod'),
    services: ofKind('Service'),
    variables: withRole('services') as KubeObject | undefined,
  };
}

function plan(experiment: ScaledExperiment, counts: ReplicaCounts) {
  return planScaling(experiment, parseSpec(scaleSpec(experiment.record.spec, counts).spec));
}

describe('more replicas', () => {
  it('get pods and services of their own, and those that stay get nothing', () => {
    const experiment = launched();
    const { newPods, newServices, removedPods, removedServices, leftPods, leftServices, templates, variables } = plan(
      experiment,
      { agent: 5, pair: 3 },
    );
    expect(names(newPods)).toEqual(['agent-3', 'agent-4', 'pair-2']);
    expect(names(newServices)).toEqual(['stats-3', 'stats-4', 'beat-2']);
    for (const object of [...newPods, ...newServices]) checkSchema(object);
    expect([removedPods, removedServices, leftPods, leftServices].flat()).toEqual([]);
    expect(names(templates.during)).toEqual(names(templates.after));
    expect(templates.after).toHaveLength(9);
    expect(variables?.during).toMatchObject({ SYMPH_STATS_4_HOST: 'stats-4.rl.svc' });
    expect(variables?.after).toEqual({});
    expect(variables?.undo).toMatchObject({ SYMPH_STATS_4_HOST: null, SYMPH_STATS_0_HOST: 'stats-0.rl.svc' });
  });

  it('are as a launch would have made them, but for ports', () => {
    const { newPods } = plan(launched(), { agent: 5, pair: 3 });
    const { processes, groups } = draft;
    const whole = launched({
      processes: { ...processes, agent: { ...processes.agent, replicas: 5 } },
      groups: { pair: { ...groups.pair, replicas: 3 } },
    });
    const withoutPorts = (object: unknown) => JSON.parse(JSON.stringify(object).replace(/\b7\d\d\d\b/g, '7000'));
    for (const pod of newPods) expect(withoutPorts(pod)).toEqual(withoutPorts(whole.templates.get(pod.metadata.name)));
  });

  it('are in the new record, whose services keep their ports', () => {
    const experiment = launched();
    const { record } = plan(experiment, { agent: 5 });
    const { spec, services, launchId } = readExperimentRecord({ data: record.data });
    expect(spec.processes.agent?.replicas).toBe(5);
    expect(launchId).toBe('launch-1');
    for (const { name, port } of experiment.record.services)
      expect(services.find((service) => service.name === name)?.port).toBe(port);
  });

  it('carry the files of the launch, whatever is on this disk', () => {
    const files = ['lib/agent.py', 'run.sh'].map((path) => ({
      path,
      content: Buffer.from('x'),
      mode: path === 'run.sh' ? 0o755 : 0o644,
    }));
    const partial = { processes: { agent: { command: ['x'], replicas: 1, files: ['lib', 'run.sh'] } } };
    const experiment = launched(partial, { files: new Map([['agent-0', files]]) });
    const { newPods } = plan(experiment, { agent: 2 });
    const old = experiment.templates.get('agent-0')?.spec;
    expect(newPods[0]?.spec).toMatchObject({
      volumes: old.volumes,
      containers: [{ volumeMounts: old.containers[0].volumeMounts }],
    });
  });

  it('that wait for others are left to the supervisor', () => {
    const partial = {
      processes: { agent: { command: ['x'], replicas: 1, after: { first: 'ready' } }, first: { command: ['x'] } },
    };
    const experiment = launched(partial);
    const record = { ...experiment.record, supervision: { kind: 'pod', isStrict: true } } as const;
    const { newPods, laterPods, templates } = plan({ ...experiment, record }, { agent: 2 });
    expect([newPods, names(laterPods)]).toEqual([[], ['agent-1']]);
    expect(names(templates.after)).toContain('agent-1');
  });
});

describe('fewer replicas', () => {
  it('lose their pods of all generations and their services, last of all', () => {
    const experiment = launched();
    const [, second] = experiment.pods as [KubeObject, KubeObject];
    const past = {
      ...second,
      metadata: {
        ...second.metadata,
        name: 'agent-1.r1',
        labels: { ...second.metadata.labels, 'symphony/member': undefined, 'symphony/past-member': 'agent-1' },
      },
    } as unknown as KubeObject;
    const { newPods, removedPods, removedServices, templates, removedTemplates, variables } = plan(
      { ...experiment, pods: [...experiment.pods, past] },
      { agent: 1, pair: 1 },
    );
    expect(newPods).toEqual([]);
    expect(names(removedPods)).toEqual(['agent-1', 'agent-2', 'pair-1', 'agent-1.r1']);
    expect(names(removedServices)).toEqual(['stats-1', 'stats-2', 'beat-1']);
    expect(names(templates.during)).toHaveLength(6);
    expect(names(templates.after)).toEqual(['agent-0', 'learner', 'pair-0']);
    expect(removedTemplates).toEqual(['agent-1', 'agent-2', 'pair-1']);
    expect(variables?.after).toMatchObject({ SYMPH_STATS_2_PORT: null });
    expect(variables?.after).not.toHaveProperty('SYMPH_STATS_0_PORT');
  });
});

describe('after a change that was interrupted', () => {
  it('pods and services that no record knows are replaced or removed', () => {
    const experiment = launched();
    const bigger = plan(experiment, { agent: 6 });
    const left = {
      ...experiment,
      pods: [...experiment.pods, ...bigger.newPods],
      services: [...experiment.services, ...bigger.newServices],
    };
    const { leftPods, leftServices, newPods, newServices, changedServices } = plan(left, { agent: 4 });
    expect(names(leftPods)).toEqual(['agent-3', 'agent-4', 'agent-5']);
    expect(names(leftServices)).toEqual(['stats-4', 'stats-5']);
    expect(names(newPods)).toEqual(['agent-3']);
    expect([newServices, names(changedServices)]).toEqual([[], ['stats-3']]);
  });

  it('a missing pod of a replica that stays is not created: that is what restart is for', () => {
    const experiment = launched();
    const { newPods } = plan({ ...experiment, pods: experiment.pods.slice(1) }, { agent: 4 });
    expect(names(newPods)).toEqual(['agent-3']);
  });
});

describe('what is refused', () => {
  it('a launch without stored pods, or without the files of one', () => {
    expect(() => plan({ ...launched(), templates: new Map() }, { agent: 4 })).toThrow(/keeps no templates/);
    const partial = { processes: { agent: { command: ['x'], replicas: 1, files: ['a'] }, b: { command: ['x'] } } };
    const experiment = launched(partial);
    const templates = new Map([...experiment.templates].filter(([name]) => name === 'b'));
    expect(() => plan({ ...experiment, templates }, { agent: 2 })).toThrow(/keeps no templates/);
  });
});

it('up and down again creates exactly what it removes, whatever the numbers', () => {
  const experiment = launched();
  const count = fc.integer({ min: 1, max: 8 });
  fc.assert(
    fc.property(count, count, (agent, pair) => {
      const there = plan(experiment, { agent, pair });
      const gone = new Set(names(there.removedPods));
      const scaled = {
        ...experiment,
        record: readExperimentRecord({ data: there.record.data }),
        templates: new Map(there.templates.after.map((pod) => [pod.metadata.name, pod as KubeObject])),
        pods: [...experiment.pods.filter(({ metadata }) => !gone.has(metadata.name)), ...there.newPods],
        services: [...experiment.services, ...there.newServices].filter(
          (service) => !names(there.removedServices).includes(service.metadata.name),
        ),
      };
      const back = plan(scaled, { agent: 3, pair: 2 });
      expect(names(back.newPods)).toEqual(names(there.removedPods));
      expect(names(back.removedPods)).toEqual(names(there.newPods));
      expect(names(back.newServices)).toEqual(names(there.removedServices));
      expect([back.leftPods, back.leftServices, back.changedServices].flat()).toEqual([]);
    }),
    { numRuns: 30 },
  );
});
