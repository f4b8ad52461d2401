import type { LogLine, LogOptions } from '../../../engine/logs.ts';
import type { ProcessReference } from '../../../engine/status.ts';
import type { KubeClient } from '../api/kube-client.ts';
import { describeTermination, type PodRuns, type Termination } from './container-runs.ts';
import { toLogLines } from './log-lines.ts';
import { LogPosition } from './log-position.ts';
import { readContainer } from './read-container.ts';
import { readTail } from './read-tail.ts';
import type { TimedLine } from './timed-lines.ts';

interface Part {
  readonly runs: PodRuns;
  readonly run: number;
  readonly previous: boolean;
}

/**
 * The lines that there are of one process: of its current run, of the one before, or of all that are kept. Kubernetes
 * keeps the current and the previous run of each pod.
 */
export async function* readProcess(
  client: KubeClient,
  pods: readonly PodRuns[],
  process: ProcessReference,
  options: LogOptions,
): AsyncGenerator<readonly LogLine[]> {
  const parts = wantedParts(pods, options);
  let ended: Termination | undefined;
  for (const [index, { runs, run, previous }] of parts.entries()) {
    if (index > 0) {
      const text = ended === undefined ? 'started again' : `started again: ${describeTermination(ended)}`;
      yield [{ group: process.group, name: process.name, run, kind: 'restart', text }];
    }
    ended = previous ? runs.previous : runs.ended;
    let isEmpty = true;
    for await (const batch of readPart(client, runs, previous, options)) {
      isEmpty &&= batch.length === 0;
      yield toLogLines(process, run, batch, options);
    }
    if (previous && isEmpty) {
      const text = `Kubernetes has no lines of run ${run} any more`;
      yield [{ group: process.group, name: process.name, run, kind: 'notice', text }];
    }
  }
}

async function* readPart(
  client: KubeClient,
  { container }: PodRuns,
  previous: boolean,
  { tail, since, lineLimit, signal }: LogOptions,
): AsyncGenerator<readonly TimedLine[]> {
  if (tail === undefined)
    yield* readContainer(client, container, { previous, since, position: new LogPosition(), lineLimit, signal });
  else yield await readTail(client, container, { tail, previous, since, lineLimit, signal });
}

function wantedParts(pods: readonly PodRuns[], { all, previous }: LogOptions): Part[] {
  const parts = pods.flatMap((runs): Part[] => [
    ...(runs.previous === undefined ? [] : [{ runs, run: runs.run - 1, previous: true }]),
    ...(runs.containerId === undefined ? [] : [{ runs, run: runs.run, previous: false }]),
  ]);
  if (all) return parts;
  const current = pods.at(-1)?.run;
  const wanted = previous ? (current ?? 0) - 1 : current;
  return parts.filter(({ run }) => run === wanted);
}
