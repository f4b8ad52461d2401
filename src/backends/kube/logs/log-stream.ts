import type { IncomingMessage } from 'node:http';
import { TimedLineSplitter } from '../../kit/logs/timed-lines.ts';
import type { TimedLog } from '../../kit/logs/timed-log.ts';
import { isStatus } from '../api/api-error.ts';
import type { Query } from '../api/kube-api.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { ContainerName } from '../api/resource-path.ts';
import { objectPath } from '../api/resource-path.ts';

/** Opens the log of a container with a time on each line; undefined if the container has no log or does not exist. */
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
      // The container has not started, has no previous run, or is gone.
      if (isStatus(error, 400, 404)) return undefined;
      throw error;
    });
}

/** The log of a container, or with `previous` that of the one before it in its place. */
export function containerLog(client: KubeClient, container: ContainerName, previous: boolean | undefined): TimedLog {
  return {
    open: ({ tail, ...query }, signal) => openLog(client, container, { previous, tailLines: tail, ...query }, signal),
    splitter: (limit) => new TimedLineSplitter(limit),
  };
}
