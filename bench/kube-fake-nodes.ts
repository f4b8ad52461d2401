import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ask, type KubeServer } from './kube-server.ts';

const nodes = '/api/v1/nodes';

/** The scheduling fields that send pods to fake nodes. */
export const onFakeNodes = {
  nodeSelector: { 'testcluster/fake': 'true' },
  tolerations: [{ key: 'testcluster/fake', operator: 'Exists' }],
};

/** Starts the program in that folder, which makes nodes whose pods exist only as objects; removes them afterwards. */
export async function withFakeNodes<Result>(
  server: KubeServer,
  { folder, count }: { readonly folder: string; readonly count: number },
  use: () => Promise<Result>,
): Promise<Result> {
  const before = new Set(await nodeNames(server));
  const child = spawn(join(folder, 'fake-nodes'), [String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  try {
    await Promise.race([once(child.stdout, 'data'), exited]);
    return await use();
  } finally {
    child.kill();
    await exited;
    const added = (await nodeNames(server)).filter((name) => !before.has(name));
    for (const name of added) await ask(server, `${nodes}/${name}`, 'DELETE');
  }
}

async function nodeNames(server: KubeServer): Promise<string[]> {
  const { items } = await ask<{ items: { metadata: { name: string } }[] }>(server, nodes);
  return items.map(({ metadata }) => metadata.name);
}
