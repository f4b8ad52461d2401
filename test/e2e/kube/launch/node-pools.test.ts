import { expect } from 'vitest';
import { connectKube } from '../../../support/connect-kube.ts';
import { base } from '../support/kube-lab.ts';
import { test } from '../support/kube-test.ts';

test('a process in a pool of the cluster’s nodes gets its requests from the pool, and is scheduled there', async ({
  lab,
}) => {
  const { items } = await lab.admin.list('Node');
  const node = items.find(({ metadata }) => metadata.labels?.['testcluster/fake'] === undefined);
  const name = node?.metadata.name ?? '';
  const label = (value: string | null) =>
    lab.admin.patch({ kind: 'Node', name }, { metadata: { labels: { 'cloud.google.com/gke-nodepool': value } } });
  await label('workers');
  const cluster = await connectKube({ nodePools: 'cluster' });
  try {
    const place = (amount: object) => ({
      command: ['sleep', '600'],
      kube: { ...base.kube, place: { pool: 'workers', ...amount } },
    });
    const processes = { tenth: place({ share: '1/10' }), said: place({ cpu: 0.2, memory: '100Mi' }) };
    await cluster.launch(lab.spec('placed', { processes }));
    await lab.until('placed', 'tenth', 'running');
    await lab.until('placed', 'said', 'running');
    const pods = new Map((await lab.pods('symphony/experiment=placed')).map((pod) => [pod.metadata.name, pod.spec]));
    const cores = Number(node?.status?.allocatable?.cpu);
    const { requests } = pods.get('tenth')?.containers[0].resources ?? {};
    expect(Number.parseFloat(requests.cpu)).toBeLessThanOrEqual(cores * 100);
    expect(Number.parseFloat(requests.cpu)).toBeGreaterThan(cores * 50);
    expect(pods.get('said')?.containers[0].resources.requests).toMatchObject({ cpu: '200m', memory: '100Mi' });
    expect(pods.get('tenth')?.nodeSelector).toEqual({ 'cloud.google.com/gke-nodepool': 'workers' });
    await expect(
      cluster.launch(lab.spec('too-large', { processes: { main: place({ cpu: cores + 1 }) } })),
    ).rejects.toMatchObject({
      code: 'invalid-spec',
      message: expect.stringMatching(/processes\.main\.kube\.place: it wants/),
    });
  } finally {
    await cluster.close();
    await label(null);
  }
});
