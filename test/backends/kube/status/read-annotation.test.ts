import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runsOf } from '../../../../src/backends/kube/logs/logged-runs.ts';
import { annotations } from '../../../../src/backends/kube/manifests/labels.ts';
import { generation } from '../../../../src/backends/kube/status/process-pods.ts';
import { readAnnotation, readCount } from '../../../../src/backends/kube/status/read-annotation.ts';

const pod = (value: string, name: string = annotations.earlierRuns) => ({
  metadata: { name: 'main', namespace: 'rl', annotations: { [name]: value } },
  spec: { containers: [{ name: 'main' }] },
  status: {},
});

it('reads what Symphony wrote', () => {
  expect(readAnnotation(pod('{"main":3}'), annotations.earlierRuns)).toEqual({ main: 3 });
  expect(readCount(pod('{"main":3}'), annotations.earlierRuns, 'main')).toBe(3);
});

it('reads any other content as empty, wherever annotations are read', () => {
  const garbage = fc.oneof(fc.string(), fc.json(), fc.constantFrom('', 'null', '[]', '{"main":null}', '{"main":"x"}'));
  fc.assert(
    fc.property(garbage, (value) => {
      const count = readCount(pod(value), annotations.earlierRuns, 'main');
      expect(Number.isFinite(count)).toBe(true);
      expect(runsOf(pod(value), { group: null, name: 'main' }).run).toBe(count + 1);
      expect(Number.isFinite(generation(pod(value, annotations.generation)))).toBe(true);
    }),
  );
});
