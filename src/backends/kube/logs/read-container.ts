import { isStatus } from '../api/api-error.ts';
import type { KubeClient } from '../api/kube-client.ts';
import { objectPath } from '../api/resource-path.ts';
import type { ContainerName } from '../inside/container.ts';
import type { LogPosition } from './log-position.ts';
import { type TimedLine, TimedLineSplitter } from './timed-lines.ts';

export interface ReadOptions {
  readonly follow?: boolean;
  readonly previous?: boolean;
  readonly tail?: number | undefined;
  readonly since?: Date | undefined;
  /** Where reading goes on; noted as lines are read. */
  readonly position: LogPosition;
  readonly signal?: AbortSignal | undefined;
}

/** Lines of one container, in batches as they come. A container that has none, or is not there, has no lines. */
export async function* readContainer(
  client: KubeClient,
  { namespace, pod, container }: ContainerName,
  options: ReadOptions,
): AsyncGenerator<readonly TimedLine[]> {
  const { position, since, tail, signal } = options;
  const resumed = position.hasRead ? position.resume() : undefined;
  const response = await client
    .stream({
      path: `${objectPath('Pod', pod, namespace)}/log`,
      query: {
        container,
        timestamps: true,
        follow: options.follow,
        previous: options.previous,
        // Of a run that was begun to be read, all the rest is wanted.
        tailLines: resumed === undefined ? tail : undefined,
        sinceTime: resumed?.sinceTime ?? (since && `${since.toISOString().slice(0, 19)}Z`),
      },
      doing: `get log of ${container} in pod ${pod} in namespace ${namespace}`,
      signal,
    })
    .catch((error) => {
      // Not started yet, no previous run, or gone.
      if (isStatus(error, 400, 404)) return undefined;
      throw error;
    });
  if (response === undefined) return;
  let skip = resumed?.skip ?? 0;
  const from = resumed === undefined && since !== undefined ? since.getTime() : Number.NEGATIVE_INFINITY;
  const splitter = new TimedLineSplitter();
  const accept = (lines: readonly TimedLine[]): readonly TimedLine[] => {
    const accepted: TimedLine[] = [];
    for (const line of lines) {
      if (skip > 0) {
        skip -= 1;
        continue;
      }
      position.note(line.time);
      if (Date.parse(line.time) >= from) accepted.push(line);
    }
    return accepted;
  };
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      const lines = accept(splitter.push(chunk));
      if (lines.length > 0) yield lines;
    }
    // A piece without its end is whole when the container has ended; otherwise it comes again, whole.
    if (!options.follow) {
      const rest = accept(splitter.flush());
      if (rest.length > 0) yield rest;
    }
  } finally {
    response.destroy();
  }
}
