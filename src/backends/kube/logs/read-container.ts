import type { TimedLine } from '../../kit/logs/timed-lines.ts';
import { type ReadLogOptions, type ReadTailOptions, readTimedLog, readTimedTail } from '../../kit/logs/timed-log.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { ContainerName } from '../api/resource-path.ts';
import { containerLog } from './log-stream.ts';

export type ReadOptions = ReadLogOptions & { readonly previous?: boolean | undefined };

/** Reads the lines of one container in batches. A container without a log, or that does not exist, has no lines. */
export function readContainer(
  client: KubeClient,
  container: ContainerName,
  { previous, ...options }: ReadOptions,
): AsyncGenerator<readonly TimedLine[]> {
  return readTimedLog(containerLog(client, container, previous), options);
}

/** Reads the last complete lines of a container. */
export function readTail(
  client: KubeClient,
  container: ContainerName,
  { previous, ...options }: ReadTailOptions & { readonly previous?: boolean | undefined },
): Promise<readonly TimedLine[]> {
  return readTimedTail(containerLog(client, container, previous), options);
}
