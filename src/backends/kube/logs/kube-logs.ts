import { SymphonyError } from '../../../engine/contract/errors.ts';
import type { LogLine, LogOptions } from '../../../engine/contract/logs.ts';
import { formatProcess, type ProcessReference } from '../../../engine/contract/status.ts';
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
    const { present, missing } = partitionByPods(entry, podTracker.pods(), processes, options);
    yield* mergeStreams(
      present.map((reference) => new LogFollower(client, podTracker, reference, { ...options, signal }).lines()),
    );
    if (!signal.aborted) rejectMissing(entry, missing);
  } catch (error) {
    if (!options.signal?.aborted) throw error;
  } finally {
    own.abort();
  }
}

/**
 * Separates processes whose pods are gone, and with them the current run. With `all` or `previous`, or while pods are
 * being created, no process counts as missing.
 */
function partitionByPods(
  { isLaunched }: ExperimentEntry,
  pods: Iterable<KubeObject>,
  processes: readonly ProcessReference[],
  { all, previous }: LogOptions,
): { readonly present: readonly ProcessReference[]; readonly missing: readonly ProcessReference[] } {
  if (!isLaunched || all || previous) return { present: processes, missing: [] };
  const members = new Set([...pods].map(podMember));
  const isPresent = (reference: ProcessReference) => members.has(memberKey(reference));
  return { present: processes.filter(isPresent), missing: processes.filter((reference) => !isPresent(reference)) };
}

function rejectMissing({ known }: ExperimentEntry, missing: readonly ProcessReference[]): void {
  if (missing.length === 0) return;
  const lines = missing.map(
    (reference) => `The log of ${formatProcess(reference)} is gone with its pod ${podName(known.location, reference)}.`,
  );
  throw new SymphonyError('not-found', lines.join('\n'), {
    hint: 'symphony process says what ended it; symphony restart starts it again.',
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
