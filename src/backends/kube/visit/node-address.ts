import type { V1NodeAddress } from '@kubernetes/client-node';
import { isStatus } from '../api/api-error.ts';
import type { FromApi } from '../api/api-types.ts';
import type { KubeClient } from '../api/kube-client.ts';

/** An address of any node, preferably an external one. Undefined if this user may not list nodes. */
export async function nodeAddress(client: KubeClient, signal: AbortSignal | undefined): Promise<string | undefined> {
  const { items } = await client.list('Node', { query: { limit: 10 }, signal }).catch((error) => {
    if (isStatus(error, 403)) return { items: [] };
    throw error;
  });
  const addresses = items.flatMap(({ status }) => (status?.addresses ?? []) as readonly FromApi<V1NodeAddress>[]);
  const find = (wanted: string) => addresses.find(({ type }) => type === wanted)?.address;
  return find('ExternalIP') ?? find('InternalIP');
}
