import { expect, it } from 'vitest';
import { scaleMembers } from '../../../../src/backends/kube/scale/scale-members.ts';
import { parse } from '../../../engine/spec/support/problems.ts';

const spec = parse({
  name: 'rl',
  processes: { agent: { command: 'x', replicas: 2 } },
  groups: {
    pair: { replicas: 2, processes: { a: { command: 'x', replicas: 2 } } },
    fixed: { processes: { b: { command: 'x', replicas: 4 } } },
  },
});

it('scales processes outside any group, and groups', () => {
  const { spec: scaled, changes } = scaleMembers(spec, { agent: 3, pair: 1 });
  expect(changes.map(({ target }) => target)).toEqual(['agent', 'pair']);
  expect([scaled.processes.agent?.replicas, scaled.groups.pair?.replicas]).toEqual([3, 1]);
});

it('refuses a process inside of a group, and says what to do instead', () => {
  const message = expect.stringMatching(
    /^pair\/a cannot be scaled on Kubernetes: the processes of a group are one pod,/,
  );
  const hint =
    "Scale the group: cluster.scale(experiment, { 'pair': 5 }). Or launch it again, which ends its processes: with force: true, and groups.pair.processes.a.replicas changed to 5";
  expect(() => scaleMembers(spec, { agent: 3, a: 5 })).toThrow(
    expect.objectContaining({ code: 'unsupported', message, hint }),
  );
  expect(() => scaleMembers(spec, { b: 5 })).toThrow(
    expect.objectContaining({
      hint: expect.stringMatching(/^Declare b outside of the group, or give the group replicas\./),
    }),
  );
});

it('takes the number that a process inside of a group has already', () => {
  expect(scaleMembers(spec, { 'pair/a': 2 }).changes).toEqual([]);
});
