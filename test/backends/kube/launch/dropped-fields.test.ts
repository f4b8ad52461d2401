import { expect, it } from 'vitest';
import { droppedFields } from '../../../../src/backends/kube/launch/dropped-fields.ts';

const dropped = (sent: object, kept: object) => droppedFields(sent, kept, 'spec');

it('a field that the server leaves out is named by its place', () => {
  const sent = { containres: [{ name: 'a' }], containers: [{ name: 'a', securityContext: { runAsUsr: 7 } }] };
  const kept = { containers: [{ name: 'a', image: 'x', securityContext: {} }], dnsPolicy: 'ClusterFirst' };
  expect(dropped(sent, kept)).toEqual(['spec.containres', 'spec.containers[0].securityContext.runAsUsr']);
});

it('empty values may be dropped', () => {
  expect(dropped({ a: '', b: [], c: {}, d: false, e: 0, f: null, g: { h: '' } }, {})).toEqual([]);
  expect(dropped({ a: true }, {})).toEqual(['spec.a']);
});

it('items that the server inserts into lists are ignored', () => {
  const sent = { containers: [{ name: 'a', image: 'x' }], tolerations: [{ key: 'mine', operator: 'Exists' }] };
  const kept = {
    containers: [{ name: 'sidecar' }, { name: 'a', image: 'x' }],
    tolerations: [{ key: 'other' }, { key: 'mine', operator: 'Exists' }],
  };
  expect(dropped(sent, kept)).toEqual([]);
  expect(dropped({ tolerations: [{ kye: 'mine', operator: 'Exists' }] }, kept)).toEqual(['spec.tolerations[0].kye']);
});
