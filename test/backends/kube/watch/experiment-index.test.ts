import '../../../../src/backends/index.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { KubeObject } from '../../../../src/backends/kube/api/kube-object.ts';
import { leaseAnnotations, leaseSeconds } from '../../../../src/backends/kube/launch/lease.ts';
import { recordObject } from '../../../../src/backends/kube/manifests/experiment-record.ts';
import { annotations, experimentLabels, labels } from '../../../../src/backends/kube/manifests/labels.ts';
import { ExperimentIndex } from '../../../../src/backends/kube/watch/experiment-index.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';

const now = Date.parse('2026-01-31T12:00:00Z');
const index = () => new ExperimentIndex({ now: () => now });

function record(name: string, launchId = `launch-${name}`): KubeObject {
  const spec = parseSpec({ name, image: 'x', processes: { main: { command: 'x', replicas: 2 } } }, { baseDir: '/' });
  const location = { experiment: name, namespace: name, ownNamespace: true };
  const made = recordObject(location, { launchId, version: '0', spec, services: [] });
  return { ...made, metadata: { ...made.metadata, creationTimestamp: '2026-01-31T11:00:00Z', uid: `uid-${name}` } };
}

function pod(name: string, member: string, metadata: object = {}): KubeObject {
  const own = { ...experimentLabels(name, `launch-${name}`), [labels.member]: member, [labels.role]: 'pod' };
  return {
    metadata: { name: member, namespace: name, uid: `uid-${name}-${member}`, labels: own, ...metadata },
    spec: { nodeName: 'node-1', containers: [{ name: member }] },
    status: {
      phase: 'Running',
      containerStatuses: [{ name: member, ready: true, started: true, state: { running: {} } }],
    },
  };
}

const rows = (filled: ExperimentIndex) => filled.snapshots().map(({ experiment }) => experiment);

it('reports an experiment with an unreadable record, and the others unchanged', () => {
  const garbage = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom('{}', '{"name":"b","processes":{"x":1},"groups":{}}'),
  );
  fc.assert(
    fc.property(garbage, garbage, (spec, launch) => {
      const filled = index();
      const broken = { ...record('b'), data: { spec, launch } };
      for (const item of [record('a'), broken, record('c')]) filled.put('ConfigMap', item);
      filled.put('Pod', pod('b', 'main'));
      const told = rows(filled);
      expect(told.map(({ name }) => name).sort()).toEqual(['a', 'b', 'c']);
      for (const { name, reason } of told) if (name !== 'b') expect(reason).toBeUndefined();
      expect(told.find(({ name }) => name === 'b')?.reason).toMatch(/^its record .* cannot be read: /);
      expect(filled.find('b')?.known.launches).toContain('launch-b');
      expect(filled.find('b')?.statuses.map(({ name, pod: of }) => [name, of])).toEqual([['main', 'main']]);
    }),
    { numRuns: 200 },
  );
});

it('reports pods without a record, once a search found none', () => {
  const filled = index();
  filled.put('Pod', pod('a', 'main-0'));
  expect(rows(filled)).toEqual([]);
  expect(filled.unconfirmed()).toEqual([{ experiment: 'a', namespace: 'a' }]);
  filled.confirmWithoutRecord({ experiment: 'a', namespace: 'a' });
  expect(rows(filled)).toMatchObject([
    { name: 'a', processes: { total: 1, running: 1 }, reason: expect.stringMatching(/record is gone/) },
  ]);
  filled.put('ConfigMap', record('a'));
  expect(rows(filled)).toMatchObject([{ name: 'a', state: 'starting', processes: { total: 2 } }]);
  expect(rows(filled)[0]?.reason).toBeUndefined();
});

it('reports what blocks a deletion', () => {
  const deletionTimestamp = '2026-01-31T11:58:00Z';
  const filled = index();
  const sign = { [annotations.deleting]: deletionTimestamp };
  filled.put('ConfigMap', { ...record('a'), metadata: { ...record('a').metadata, annotations: sign } });
  filled.put('Pod', pod('a', 'main-0', { deletionTimestamp }));
  filled.put('Pod', pod('a', 'main-1', { deletionTimestamp, finalizers: ['held'] }));
  const [told] = rows(filled);
  expect(told).toMatchObject({ state: 'stopping' });
  expect(told?.reason).toBe(
    'still there: pod main-0 on node node-1 (the node has not confirmed the end); pod main-1 on node node-1 (held by finalizer held)',
  );
  // It is reported even without its record.
  filled.remove('ConfigMap', record('a'));
  filled.confirmWithoutRecord({ experiment: 'a', namespace: 'a' });
  expect(rows(filled)).toMatchObject([{ name: 'a', state: 'stopping', reason: told?.reason }]);
});

it('distinguishes an interrupted launch from one in progress', () => {
  const launched = (seconds: number) => {
    const own = record('a');
    const filled = index();
    const lease = leaseAnnotations(now - seconds * 1000);
    filled.put('ConfigMap', { ...own, metadata: { ...own.metadata, annotations: lease } });
    filled.put('Pod', pod('a', 'main-0'));
    return { told: rows(filled)[0], standing: filled.find('a')?.condition };
  };
  expect(launched(leaseSeconds - 1)).toMatchObject({ told: { state: 'starting' }, standing: {} });
  expect(launched(leaseSeconds - 1).told?.reason).toBeUndefined();
  expect(launched(leaseSeconds + 1)).toMatchObject({
    told: { state: 'degraded', reason: 'its launch was interrupted: 1 of 2 pods were created' },
    standing: { isBrokenOff: true, isOver: true },
  });
});

it('renames an experiment whose name is no longer unique, as a deletion and an addition', () => {
  const filled = index();
  filled.put('ConfigMap', record('a'));
  filled.changes();
  const other = record('a', 'launch-2');
  const metadata = { ...other.metadata, name: 'symphony-a', namespace: 'team', uid: 'uid-2' };
  filled.put('ConfigMap', { ...other, metadata });
  const told = filled.changes().map((event) => {
    return event.type === 'changed'
      ? [event.experiment.name, event.replaced]
      : event.type === 'deleted'
        ? event.name
        : event;
  });
  expect(told[0]).toBe('a');
  expect(told.slice(1).sort()).toEqual([
    ['a/a', true],
    ['team/a', true],
  ]);
  expect(filled.find('team/a')?.statuses.map(({ experiment }) => experiment)).toEqual(['team/a', 'team/a']);
});
