import { expect } from 'vitest';
import { requireCapability } from '../../../src/engine/client/require-capability.ts';
import { formatProcess } from '../../../src/engine/contract/status.ts';
import type { ContractHarness } from '../harness.ts';
import type { ContractTest } from '../support/contract-test.ts';

export function describeObserving(test: ContractTest, harness: ContractHarness): void {
  const can = new Set(harness.capabilities);

  test.skipIf(!can.has('metrics'))('metrics count what a process and its children use', async ({ lab }) => {
    const burn = `${harness.node} -e 'const held = Buffer.alloc(150e6, 1); for (;;) held[0]++' & wait`;
    const trial = await lab.launch({ processes: { busy: { command: burn }, idle: { command: 'sleep 600' } } });
    for (const name of ['busy', 'idle']) await trial.until('running', name);
    const controller = new AbortController();
    const options = { intervalSeconds: 0.5, signal: controller.signal };
    const reached: unknown[] = [];
    for await (const samples of requireCapability(lab.cluster, 'metrics').metrics(trial.name, options)) {
      const [busy, idle] = ['busy', 'idle'].map((name) => samples.find((sample) => formatProcess(sample) === name));
      if (busy?.cpu === undefined || busy.cpu < 0.15 || (busy.memory ?? 0) < 150e6) continue;
      // CPU needs two readings, of which the second may come later than that of the other.
      if (idle?.cpu === undefined) continue;
      expect(idle.cpu).toBeLessThan(0.05);
      expect(idle.memory).toBeLessThan(20e6);
      reached.push(busy);
      controller.abort();
    }
    expect(reached).toHaveLength(1);
  });
}
