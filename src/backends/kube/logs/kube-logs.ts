import { SymphonyError } from '../../../engine/contract/errors.ts';
import type { LogLine, LogOptions } from '../../../engine/contract/logs.ts';
import { processKey } from '../../../engine/contract/process-key.ts';
import { formatProcess, type ProcessReference } from '../../../engine/contract/status.ts';
import { advise } from '../../../engine/text/advice.ts';
import { mergeStreams } from '../../kit/logs/merge-streams.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { launchSelector } from '../manifests/labels.ts';
import { podName } from '../manifests/object-names.ts';
import { memberKey, podMember, podsOf } from '../status/process-pods.ts';
import type { ExperimentEntry } from '../watch/experiment-entry.ts';
import { LogFollower } from './log-follower.ts';
import { runsOf } from './logged-runs.ts';
import { PodTracker } from './pod-tracker.ts';
import { readProcess } from './read-process.ts';
import { endNeverStarted, withoutStart } from './waiting-processes.ts';

/** Logs that are read concurrently; the others are queued. */
const maxConcurrentReads = 16;

/**
 * Merges the logs of several processes of a launch.
 * @param streams the maximum number of followed logs
 * @throws SymphonyError `failed` if more are to be followed; after all other lines, `not-found` if the pod of a process
 *   is gone and its log with it
 */
export async function* kubeLogs(
  client: KubeClient,
  entry: ExperimentEntry,
  processes: readonly ProcessReference[],
  options: LogOptions,
  streams: number,
): AsyncGenerator<readonly LogLine[]> {
  const { known, record } = entry;
  const { namespace } = known.location;
  const selector = launchSelector(known.name, record.launchId);
  const own = new AbortController();
  const signal = options.signal === undefined ? own.signal : AbortSignal.any([options.signal, own.signal]);
  try {
    if (!options.follow || options.until !== undefined) {
      const { items } = await client.list('Pod', { namespace, query: { labelSelector: selector }, signal });
      const { present, missing } = partitionByPods(entry, items, processes, options);
      const read = (reference: ProcessReference) =>
        readProcess(
          client,
          podsOf(items, reference).map((pod) => runsOf(pod, reference)),
          reference,
          { ...options, signal },
        );
      yield* inTurns(present.map((reference) => () => read(reference)));
      rejectMissing(entry, missing);
      return;
    }
    if (processes.length > streams) throw tooMany(processes, streams);
    const podTracker = new PodTracker(client, namespace, selector, signal);
    await podTracker.ready;
    const { present, missing, waiting } = partitionByPods(entry, podTracker.pods(), processes, options);
    const starts = new Map(
      waiting.map((reference) => [processKey(reference), { reference, controller: new AbortController() }]),
    );
    // If the record cannot be watched, the logs of processes that are never started are waited for.
    endNeverStarted(client, entry, podTracker, starts, signal).catch(() => undefined);
    const followers = [...present, ...waiting].map((reference) => {
      const start = starts.get(processKey(reference))?.controller.signal;
      const both = start === undefined ? signal : AbortSignal.any([signal, start]);
      return new LogFollower(client, podTracker, reference, { ...options, signal: both }).lines();
    });
    yield* mergeStreams(followers);
    if (!signal.aborted) rejectMissing(entry, missing);
  } catch (error) {
    if (!options.signal?.aborted) throw error;
  } finally {
    own.abort();
  }
}

interface Partition {
  readonly present: readonly ProcessReference[];
  /** Those without a pod that wait for other processes. */
  readonly waiting: readonly ProcessReference[];
  readonly missing: readonly ProcessReference[];
}

/**
 * Separates processes whose pods are gone, and with them the current run. With `previous`, or while pods are being
 * created, no process counts as missing. One that will not be started is in no part: it has no log.
 */
function partitionByPods(
  entry: ExperimentEntry,
  pods: Iterable<KubeObject>,
  processes: readonly ProcessReference[],
  { all, previous }: LogOptions,
): Partition {
  if (!entry.isLaunched || previous) return { present: processes, waiting: [], missing: [] };
  const members = new Set([...pods].map(podMember));
  const absent = processes.filter((reference) => !members.has(memberKey(reference)));
  const { waiting, skipped } = withoutStart(entry, absent);
  const missing = all ? [] : absent.filter((reference) => !waiting.has(reference) && !skipped.has(reference));
  const left = new Set([...missing, ...waiting, ...skipped]);
  return { present: processes.filter((reference) => !left.has(reference)), waiting: [...waiting], missing };
}

function rejectMissing({ known }: ExperimentEntry, missing: readonly ProcessReference[]): void {
  if (missing.length === 0) return;
  const lines = missing.map(
    (reference) => `The log of ${formatProcess(reference)} is gone with its pod ${podName(known.location, reference)}.`,
  );
  throw new SymphonyError('not-found', lines.join('\n'), {
    hint: advise(
      (say) =>
        `${say.either('symphony process says', 'Its status says')} what ended it; ${say.either('symphony restart', 'cluster.restart')} starts it again.`,
    ),
  });
}

async function* inTurns<Item>(begin: readonly (() => AsyncIterable<Item>)[]): AsyncGenerator<Item> {
  const waiting = [...begin];
  async function* lane() {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) yield* next();
  }
  yield* mergeStreams(Array.from({ length: Math.min(maxConcurrentReads, begin.length) }, lane));
}

function tooMany(processes: readonly ProcessReference[], streams: number): SymphonyError {
  const [first] = processes as [ProcessReference];
  return new SymphonyError(
    'failed',
    `${processes.length} logs are too many to follow at once: ${streams} are the limit.`,
    {
      hint: `Follow fewer, such as ${formatProcess(first)}, or set logStreams higher: each is a connection to the API server.`,
    },
  );
}
