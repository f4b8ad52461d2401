import { expect } from 'vitest';
import { requireCapability } from '../../../../src/engine/client/require-capability.ts';
import type { ProcessStatus } from '../../../../src/engine/contract/status.ts';
import { connectKube } from '../../../support/connect-kube.ts';
import { reference } from '../support/kube-lab.ts';
import { test } from '../support/kube-test.ts';
import { startMetricsServer } from '../support/metrics-server.ts';

test('CPU and memory are shown where the cluster measures them, and absent where it does not', async ({ lab }) => {
  const burn = ['node', '-e', 'const held = Buffer.alloc(150e6, 1); for (;;) held[0]++'];
  await lab.launch('measured', {
    processes: { busy: { command: burn } },
    groups: { quiet: { processes: { idle: { command: ['sleep', '600'] } } } },
  });
  await lab.until('measured', 'busy', 'running');
  expect(lab.cluster.capabilities.metrics).toBeUndefined();
  const wide = await lab.session.json<ProcessStatus[]>(['p', 'measured', '-o', 'json']);
  expect(wide.every((status) => !('cpu' in status))).toBe(true);

  const server = await startMetricsServer(lab.admin, await lab.namespace('symphony-metrics'), lab.session.folder);
  const cluster = await connectKube({});
  try {
    // A manual restart replaces the pod, and metrics find the new one.
    await requireCapability(cluster, 'restart').restart('measured', [reference('busy')]);
    const signal = AbortSignal.timeout(120_000);
    let isSeen = false;
    for await (const samples of requireCapability(cluster, 'metrics').metrics('measured', {
      intervalSeconds: 1,
      signal,
    })) {
      const [busy, idle] = ['busy', 'idle'].map((name) => samples.find((sample) => sample.name === name));
      if ((busy?.cpu ?? 0) < 0.2 || (busy?.memory ?? 0) < 150e6 || idle?.memory === undefined) continue;
      expect(idle).toMatchObject({ group: 'quiet', name: 'idle' });
      expect(idle.cpu).toBeLessThan(0.05);
      isSeen = true;
      break;
    }
    expect(isSeen).toBe(true);
    expect(await lab.session.ok(['p', 'measured', '-o', 'wide'])).toMatch(/busy .*\d\.\d\d +\d+(\.\d)? MiB/);
  } finally {
    await cluster.close();
    await server.close();
  }
});
