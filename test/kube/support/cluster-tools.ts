import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
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

/** Adds fake nodes, until they are ended. */
export async function fakeNodes(count: number): Promise<{ end(): Promise<void> }> {
  const child = spawn(join(folder ?? '', 'fake-nodes'), [String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), exited]);
  return {
    async end() {
      child.kill();
      await exited;
    },
  };
}
