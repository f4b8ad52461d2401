import { isStatus } from '../api/api-error.ts';
import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import type { Kind } from '../api/resource-path.ts';
import { labels, launchSelector, supervisorRole } from '../manifests/labels.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { KnownExperiment } from '../watch/find-experiments.ts';
import { type Demand, quotaDemand } from './quota-demand.ts';

/** The kinds of an experiment's objects that quotas may count. */
const countedKinds = ['Pod', 'Service', 'ConfigMap', 'Secret', 'Deployment'] as const satisfies readonly Kind[];

/** What an experiment takes of the quotas of its namespace, as far as this user may see it. */
export async function existingDemand(
  client: KubeClient,
  { name, location: { namespace }, launches }: KnownExperiment,
  { signal }: CallOptions = {},
): Promise<Demand> {
  const query = { labelSelector: launchSelector(name, ...launches) };
  const lists = await Promise.all(
    countedKinds.map(async (kind) => {
      const { items } = await client.list(kind, { namespace, query, signal }).catch((error) => {
        if (isStatus(error, 403, 404)) return { items: [] };
        throw error;
      });
      // Items of a list have no kind.
      return items.map((item) => ({ ...item, kind }) as unknown as Manifest);
    }),
  );
  // The pod of a supervisor is counted with its Deployment.
  const isCounted = ({ kind, metadata }: Manifest) => kind !== 'Pod' || metadata.labels[labels.role] !== supervisorRole;
  return quotaDemand(
    lists
      .flat()
      .filter(isCounted)
      .map((object) => ({ object, count: 1 })),
  );
}
