import { describe, expect } from 'vitest';
import type { ExperimentStatus, ProcessStatus } from '../../../../src/engine/contract/status.ts';
import { fakeNodes, hasClusterTools } from '../support/cluster-tools.ts';
import { test } from '../support/kube-test.ts';

/** Several pages of a list, and more than the server removes in one call. */
const count = 2_000;
const kube = {
  expose: 'none',
  nodeSelector: { 'testcluster/fake': 'true' },
  tolerations: [{ key: 'testcluster/fake', operator: 'Exists', effect: 'NoSchedule' }],
};

describe.runIf(hasClusterTools)('thousands of pods', () => {
  test('are launched, listed, watched and deleted', { timeout: 900_000 }, async ({ lab }) => {
    const nodes = await fakeNodes(2);
    try {
      const controller = new AbortController();
      let known: ExperimentStatus | undefined;
      const ready = Promise.withResolvers<void>();
      const watching = (async () => {
        for await (const event of lab.cluster.watch({ experiment: 'thousands', signal: controller.signal })) {
          if (event.type === 'changed') known = event.experiment;
          if (known?.processes.ready === count) ready.resolve();
        }
      })();
      const processes = { agent: { command: ['sleep', '600'], replicas: count, resources: { gpu: 0 } } };
      await lab.launch('thousands', { kube, processes });
      await ready.promise;
      controller.abort();
      await watching;
      expect(known).toMatchObject({ state: 'running', processes: { total: count, ready: count, running: count } });
      const listed = await lab.session.json<ProcessStatus[]>(['p', 'thousands']);
      expect(listed).toHaveLength(count);
      expect(listed.map(({ name }) => name)).toEqual(Array.from({ length: count }, (_, index) => `agent-${index}`));
      expect(listed.every(({ state, pod }) => state === 'running' && pod !== undefined)).toBe(true);
      // Fake nodes end no process, and have no logs: the deletion goes on without them, and says so.
      const { leftovers, notes = [] } = await lab.cluster.delete('thousands', { wait: true });
      expect(leftovers).toEqual([]);
      expect(notes).toEqual([
        `${count} of ${count} pods had not ended when their logs were read`,
        expect.stringContaining(`fetched the logs of 0 of ${count} processes`),
      ]);
    } finally {
      await nodes.end();
      const { items } = await lab.admin.list('Node', { query: { labelSelector: 'testcluster/fake=true' } });
      for (const { metadata } of items) await lab.admin.remove({ kind: 'Node', name: metadata.name });
    }
  });
});
