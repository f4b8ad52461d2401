import type { IncomingMessage } from 'node:http';
import { isStatus } from '../api/api-error.ts';
import type { Query } from '../api/kube-api.ts';
import type { KubeClient } from '../api/kube-client.ts';
import { objectPath } from '../api/resource-path.ts';
import type { ContainerName } from '../inside/container.ts';

/** The log of a container with the time of each line; undefined if it has none, or is not there. */
export function openLog(
  client: KubeClient,
  { namespace, pod, container }: ContainerName,
  query: Query,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage | undefined> {
  return client
    .stream({
      path: `${objectPath('Pod', pod, namespace)}/log`,
      query: { container, timestamps: true, ...query },
      operation: `get log of ${container} in pod ${pod} in namespace ${namespace}`,
      signal,
    })
    .catch((error) => {
      // Not started yet, no previous run, or gone.
      if (isStatus(error, 400, 404)) return undefined;
      throw error;
    });
}
