import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { loadKubeConfig } from '../../../../src/backends/kube/api/credentials/load-kube-config.ts';
import { KubeClient } from '../../../../src/backends/kube/api/kube-client.ts';
import { run } from '../../../support/bin.ts';

/**
 * The folder SYMPHONY_TEST_CLUSTER has programs that control the test cluster: `ctl stop|kill|start COMPONENT`
 * and `ctl compact` for faults, `fake-nodes N` for nodes whose pods exist only as objects. Tests that need them are
 * skipped without them.
 */
const folder = process.env.SYMPHONY_TEST_CLUSTER;
export const hasClusterTools = folder !== undefined;

/** Causes a fault in the cluster, or ends it. */
export async function ctl(...args: string[]): Promise<void> {
  const { exitCode, stderr } = await run([join(folder ?? '', 'ctl'), ...args]);
  if (exitCode !== 0) throw new Error(`ctl ${args.join(' ')} failed: ${stderr}`);
}

/** Causes a fault before anything else in this program happens. */
export function ctlAtOnce(...args: string[]): void {
  execFileSync(join(folder ?? '', 'ctl'), args, { stdio: 'pipe' });
}

/** Adds fake nodes; `end` removes them. */
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
