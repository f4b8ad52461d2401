import { expect, it } from 'vitest';
import { unschedulableReason } from '../../../../src/backends/kube/status/unschedulable-reason.ts';

it.for<[string, string]>([
  [
    "0/6 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate, 2 node(s) didn't match node selector, 3 Insufficient cpu.",
    'none of 6 nodes fits: 1 with the taint node-role.kubernetes.io/master, which it does not tolerate; 2 that its node selector or affinity excludes; 3 without enough free cpu',
  ],
  [
    "0/4 nodes are available: 1 node(s) had untolerated taint {gpu: yes}, 1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.",
    'none of 4 nodes fits: 1 with the taint gpu=yes, which it does not tolerate; 1 cordoned; 2 that its node selector or affinity excludes',
  ],
  ['0/0 nodes are available.', 'the cluster has no nodes'],
  ['0/2 nodes are available: 2 something new.', 'none of 2 nodes fits: 2 something new'],
  ['persistentvolumeclaim "data" not found', 'persistentvolumeclaim "data" not found'],
])('says in words: %s', ([message, expected]) => {
  expect(unschedulableReason(message)).toBe(`cannot be scheduled: ${expected}`);
});
