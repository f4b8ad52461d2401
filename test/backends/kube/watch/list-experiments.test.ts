import { expect } from 'vitest';
import { labels } from '../../../../src/backends/kube/manifests/labels.ts';
import { listExperimentNames } from '../../../../src/backends/kube/watch/list-experiments.ts';
import { answerJson } from '../api/support/api-server.ts';
import { test } from '../api/support/lab.ts';

const record = (name: string, creationTimestamp: string, data: object = { spec: '{}', launch: '{}' }) => ({
  metadata: { name: 'symphony-experiment', namespace: name, labels: { [labels.experiment]: name }, creationTimestamp },
  data,
});

test('names experiments from their records and namespaces, oldest first, and asks for no pods', async ({ lab }) => {
  const items = [
    record('younger', '2026-01-02T00:00:00Z'),
    record('broken', '2026-01-01T12:00:00Z', { spec: '{', launch: '{}' }),
    record('older', '2026-01-01T00:00:00Z'),
  ];
  const server = await lab.server(answerJson({ kind: 'List', metadata: { resourceVersion: '1' }, items }));
  const client = await lab.client(server.url);
  const everywhere = { namespaces: undefined, preferred: undefined };
  expect(await listExperimentNames(client, everywhere)).toEqual(['older', 'broken', 'younger']);
  const asked = server.requests.map(({ url }) => url?.replace(/\?.*/, ''));
  expect(asked.sort()).toEqual(['/api/v1/configmaps', '/api/v1/namespaces']);
});
