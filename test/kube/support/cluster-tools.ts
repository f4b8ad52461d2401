import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { KubeClient } from '../../../src/backends/kube/api/kube-client.ts';
import { loadKubeConfig } from '../../../src/backends/kube/api/load-kube-config.ts';
import { run } from '../../support/bin.ts';

/**
 * Programs of whoever started the cluster, in the folder that SYMPHONY_TEST_CLUSTER names: `ctl stop|kill|start COMPONENT`
 * and `ctl compact` for faults, `fake-nodes N` for nodes whose pods run as objects alone. What needs them is skipped
 * without them.
 */
const folder = process.env.SYMPHONY_TEST_CLUSTER;
export const hasClusterTools = folder !== undefined;

/** Causes a fault, or ends it. */
export async function ctl(...args: string[]): Promise<void> {
  const { exitCode, stderr } = await run([join(folder ?? '', 'ctl'), ...args]);
  if (exitCode !== 0) throw new Error(`ctl ${args.join(' ')} failed: ${stderr}`);
}

/** Adds fake nodes, and removes them at the end. */
export async function fakeNodes(count: number): Promise<{ end(): Promise<void> }> {
  const child = spawn(join(folder ?? '', 'fake-nodes'), [String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), exited]);
  return {
    async end() {
      child.kill();
      await exited;
      const client = new KubeClient(loadKubeConfig({}));
      const names = Array.from({ length: count }, (_, index) => `fake-${index}`);
      await Promise.all(names.map((name) => client.remove({ kind: 'Node', name })));
      client.close();
    },
  };
}
