import { readFile } from 'node:fs/promises';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { expandHome } from '../../../engine/files/paths.ts';
import { parseSource } from '../../../engine/spec/source/parse-source.ts';
import type { KubeClient } from '../api/kube-client.ts';
import { type NodePool, parseNodePools, rejectDuplicates } from './node-pools.ts';
import { type NodeObject, poolsFromNodes } from './pools-from-nodes.ts';
import { isTerraform, poolsFromTerraform } from './terraform-pools.ts';

/**
 * Loads node pools that `place` may name in addition to those of a spec.
 * @param from path of a node-pool file or of Terraform's JSON; or `cluster` to derive pools from the cluster's nodes
 * @throws SymphonyError `not-found` if there is no such file, `invalid-spec` naming the defect in it
 */
export async function loadNodePools(from: string, client: Pick<KubeClient, 'request'>): Promise<readonly NodePool[]> {
  if (from === 'cluster') {
    const { items } = await client.request<{ items: readonly NodeObject[] }>({
      path: '/api/v1/nodes',
      operation: 'list nodes',
    });
    return poolsFromNodes(items);
  }
  const { data } = await parseSource(from, await readText(from));
  return rejectDuplicates(isTerraform(data) ? poolsFromTerraform(data, from) : parseNodePools(data, from), from);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(expandHome(path), 'utf8');
  } catch (error) {
    throw new SymphonyError('not-found', `The node-pool file ${path} cannot be read: ${(error as Error).message}.`, {
      hint: 'Set nodePools to the path of a file, or to cluster.',
      cause: error,
    });
  }
}
