import type { LogLine, LogOptions } from '../../../engine/contract/logs.ts';
import type { ProcessReference } from '../../../engine/contract/status.ts';
import type { Ending } from '../../../engine/text/describe-ending.ts';
import { describeRestart } from '../../../engine/text/describe-restart.ts';
import { toLogLines } from '../../kit/logs/log-lines.ts';
import type { TimedLine } from '../../kit/logs/timed-lines.ts';
import { TimedPosition } from '../../kit/logs/timed-position.ts';
import type { KubeClient } from '../api/kube-client.ts';
import { type PodRuns, runEnd } from './logged-runs.ts';
import { readContainer, readTail } from './read-container.ts';

interface Part {
  readonly runs: PodRuns;
  readonly run: number;
  readonly previous: boolean;
}

/**
 * Reads the existing lines of one process: of its current run, of the previous one, or of all that are kept. Kubernetes
 * keeps the current and the previous run of each pod.
 */
export async function* readProcess(
  client: KubeClient,
  pods: readonly PodRuns[],
  reference: ProcessReference,
  options: LogOptions,
): AsyncGenerator<readonly LogLine[]> {
  const parts = wantedParts(pods, options);
  let ended: Ending | undefined;
  for (const [index, { runs, run, previous }] of parts.entries()) {
    if (index > 0) {
      const text = describeRestart(run, ended);
      yield [{ group: reference.group, name: reference.name, run, kind: 'restart', text }];
    }
    ended = runEnd(runs, previous ? runs.previous : runs.ended);
    let isEmpty = true;
    for await (const batch of readPart(client, runs, previous, options, (lines) => {
      options.onLeftOut?.({ group: reference.group, name: reference.name, ...(lines === undefined ? {} : { lines }) });
    })) {
      isEmpty &&= batch.length === 0;
      yield toLogLines(reference, run, batch, options);
    }
    if (previous && isEmpty) {
      const text = `Kubernetes no longer has lines of run ${run}`;
      yield [{ group: reference.group, name: reference.name, run, kind: 'notice', text }];
    }
  }
}

/** @param onLeftOut called if `tail` omits lines, with their number if it is known */
async function* readPart(
  client: KubeClient,
  { container, isBetweenRuns }: PodRuns,
  isPrevious: boolean,
  { tail, since, until, lineLimit, signal }: LogOptions,
  onLeftOut: (lines?: number) => void,
): AsyncGenerator<readonly TimedLine[]> {
  // Between two runs the current log may be the next run's any moment.
  const common = { previous: isPrevious || isBetweenRuns, since, lineLimit, signal };
  if (until !== undefined) {
    // The API has no end time: the log is read up to it.
    const lines = readContainer(client, container, { ...common, position: new TimedPosition() });
    yield* lastBefore(lines, until, tail, onLeftOut);
  } else if (tail === undefined) {
    yield* readContainer(client, container, { ...common, position: new TimedPosition() });
  } else {
    // One extra line shows whether there are more.
    const lines = await readTail(client, container, { ...common, tail: tail + 1 });
    if (lines.length > tail) onLeftOut();
    yield tail === 0 ? [] : lines.slice(-tail);
  }
}

/** Yields the lines written up to the end of a second, or only the last ones. */
async function* lastBefore(
  batches: AsyncIterable<readonly TimedLine[]>,
  until: Date,
  tail: number | undefined,
  onLeftOut: (lines: number) => void,
): AsyncGenerator<readonly TimedLine[]> {
  const end = (Math.floor(until.getTime() / 1000) + 1) * 1000;
  let kept: TimedLine[] = [];
  let count = 0;
  for await (const batch of batches) {
    const lines = batch.filter(({ time }) => Date.parse(time) < end);
    count += lines.length;
    if (tail === undefined) yield lines;
    else {
      kept.push(...lines);
      if (kept.length > 2 * tail + 1000) kept = kept.slice(-tail);
    }
    if (lines.length < batch.length) break;
  }
  if (tail === undefined) return;
  if (count > tail) onLeftOut(count - tail);
  yield tail === 0 ? [] : kept.slice(-tail);
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
