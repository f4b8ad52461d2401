import { setTimeout as delay } from 'node:timers/promises';
import type { LogLine, LogOptions } from '../../../engine/contract/logs.ts';
import type { ProcessReference } from '../../../engine/contract/status.ts';
import { describeRestart } from '../../../engine/text/describe-restart.ts';
import type { KubeClient } from '../api/kube-client.ts';
import { type PodRuns, runEnd } from '../status/container-runs.ts';
import { toLogLines } from './log-lines.ts';
import { LogPosition } from './log-position.ts';
import type { PodTracker } from './pod-tracker.ts';
import { type ReadOptions, readContainer } from './read-container.ts';
import { readTail } from './read-tail.ts';

/** Milliseconds that a stream may continue after its container has ended, for the last output. */
const drainMilliseconds = 5_000;
/** Milliseconds within which a container's status follows its end. */
const statusDelayMilliseconds = 5_000;
const initialRetryDelayMilliseconds = 200;
const maxRetryDelayMilliseconds = 5_000;

/**
 * Follows the log of one process from its current run on, across restarts and lost connections, each line once. Ends
 * when the process has ended for good, or its pod is gone.
 */
export async function* followProcess(
  client: KubeClient,
  podTracker: PodTracker,
  reference: ProcessReference,
  options: LogOptions & { readonly signal: AbortSignal },
): AsyncGenerator<readonly LogLine[]> {
  const { signal, lineLimit } = options;
  let reading: number | undefined;
  let position = new LogPosition();
  let last: PodRuns | undefined;
  let hasNoticed = false;
  let isDrained = false;
  let failures = 0;
  const line = (run: number, kind: LogLine['kind'], text: string): LogLine => ({ ...reference, run, kind, text });
  // `tail` and `since` apply to the first run only.
  let { tail, since } = options;

  while (!signal.aborted) {
    const changed = podTracker.changed();
    const pods = podTracker.runs(reference);
    const current = pods.at(-1);
    if (current === undefined || current.run < (reading ?? 0)) {
      if (last !== undefined) return yield* endNotice(last);
      if (!(await waitForEvent(changed, signal))) return;
      continue;
    }
    last = current;
    if (current.containerId === undefined) {
      if (reading !== undefined && reading < current.run) {
        // The pod of the restart has not started yet: read the remaining lines of its predecessor.
        yield* readRemainder(pods, reading);
      }
      if (current.isOver) return yield* endNotice(current);
      if (!hasNoticed && reading === undefined) yield [line(current.run, 'notice', notStarted(current))];
      hasNoticed = true;
      reading ??= current.run;
      if (!(await waitForEvent(changed, signal))) return;
      continue;
    }
    reading ??= current.run;
    if (reading < current.run) {
      yield* readRemainder(pods, reading);
      yield [line(current.run, 'restart', describeRestart(current.run, endingBefore(pods)))];
      reading = current.run;
      position = new LogPosition();
      tail = undefined;
      since = undefined;
      isDrained = false;
    }
    // An ended run is read once. Between two runs the server may answer with another run's log, so wait for the next
    // run.
    if (!isDrained) {
      try {
        yield* readCurrent(current);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        if (failures > 20) throw error;
        await delay(Math.min(initialRetryDelayMilliseconds * 2 ** failures, maxRetryDelayMilliseconds), undefined, {
          signal,
        }).catch(() => undefined);
        continue;
      }
    }
    const now = podTracker.runs(reference).at(-1);
    if (now === undefined) return yield* endNotice(current);
    if (now.run !== reading || now.containerId !== current.containerId) continue;
    if (now.ended === undefined) {
      // Either the status does not show the end yet, or the stream was cut while the container runs.
      await isSameRun(current);
      continue;
    }
    if (!isDrained && current.ended === undefined) continue;
    isDrained = true;
    if (now.isOver) return yield* endNotice(now);
    if (!(await waitForEvent(podTracker.changed(), signal))) return;
  }

  /** The notice at the end of a log whose pod is gone or being deleted. */
  function* endNotice({ pod, run }: PodRuns): Generator<readonly LogLine[]> {
    const { name, uid, deletionTimestamp } = pod.metadata;
    const isPresent = [...podTracker.pods()].some(({ metadata }) => metadata.uid === uid);
    if (!isPresent) yield [line(run, 'notice', `its pod ${name} is gone, and its log with it`)];
    else if (deletionTimestamp !== undefined) yield [line(run, 'notice', `its pod ${name} is being deleted`)];
  }

  async function* readCurrent(runs: PodRuns): AsyncGenerator<readonly LogLine[]> {
    const follow = runs.ended === undefined;
    const readController = new AbortController();
    const readSignal = AbortSignal.any([signal, readController.signal]);
    if (follow) void giveUpAfterEnd(runs, readController, readSignal);
    try {
      if (tail !== undefined) yield* readLast(runs, tail, readSignal);
      yield* read(runs, { follow, signal: readSignal, isSameRun: () => isSameRun(runs) }, runs.run);
    } catch (error) {
      if (!readController.signal.aborted) throw error;
    } finally {
      readController.abort();
    }
  }

  /** Whether the same run continues; waits up to `statusDelayMilliseconds` for a status that shows otherwise. */
  async function isSameRun(runs: PodRuns): Promise<boolean> {
    const timeout = AbortSignal.any([signal, AbortSignal.timeout(statusDelayMilliseconds)]);
    while (!timeout.aborted) {
      const changed = podTracker.changed();
      const now = podTracker.runs(reference).at(-1);
      if (now?.containerId !== runs.containerId || now?.ended !== undefined) return false;
      await waitForEvent(changed, timeout);
    }
    return !signal.aborted;
  }

  /** Reads the last existing lines and sets the position after them. */
  async function* readLast(runs: PodRuns, count: number, readSignal: AbortSignal): AsyncGenerator<readonly LogLine[]> {
    const isRunning = runs.ended === undefined;
    const lines = await readTail(client, runs.container, {
      // One extra line shows whether there are more, and sets the position even for `count` 0.
      tail: count + 1,
      since,
      isRunning,
      lineLimit,
      signal: readSignal,
    });
    for (const line of lines) position.note(line);
    tail = undefined;
    if (lines.length > count) options.onLeftOut?.({ group: reference.group, name: reference.name });
    if (count > 0) yield toLogLines(reference, runs.run, lines.slice(-count), options);
  }

  /** Ends a stream that continues after its container has ended. */
  async function giveUpAfterEnd(
    runs: PodRuns,
    readController: AbortController,
    readSignal: AbortSignal,
  ): Promise<void> {
    while (!readSignal.aborted) {
      const changed = podTracker.changed();
      const now = podTracker.runs(reference).at(-1);
      if (now === undefined || now.containerId !== runs.containerId || now.ended !== undefined) break;
      if (!(await waitForEvent(changed, readSignal))) return;
    }
    await delay(drainMilliseconds, undefined, { signal: readSignal }).catch(() => undefined);
    readController.abort();
  }

  /** Reads the unread lines of ended runs: those of the last run, if Kubernetes keeps them. */
  async function* readRemainder(pods: readonly PodRuns[], from: number): AsyncGenerator<readonly LogLine[]> {
    const current = pods.at(-1) as PodRuns;
    const before = pods.at(-2);
    const last = current.run - 1;
    if (position.hasRead && from < last) {
      yield [line(last, 'notice', `Kubernetes does not keep all logs of runs ${from} to ${last - 1}`)];
      position = new LogPosition();
    }
    if (
      current.previous !== undefined ||
      (current.ended === undefined && current.containerId !== undefined && before?.run !== last)
    ) {
      yield* read(current, { previous: true, signal }, last);
    } else if (before !== undefined) {
      yield* read(before, { signal }, before.run);
    }
  }

  async function* read(
    runs: PodRuns,
    how: Pick<ReadOptions, 'follow' | 'previous' | 'signal' | 'isSameRun'>,
    run: number,
  ): AsyncGenerator<readonly LogLine[]> {
    for await (const lines of readContainer(client, runs.container, { since, lineLimit, ...how, position })) {
      failures = 0;
      yield toLogLines(reference, run, lines, options);
    }
  }
}

/** Waits for an event; returns false if the signal aborts first. */
async function waitForEvent(event: Promise<void>, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  const aborted = Promise.withResolvers<void>();
  const onAbort = () => aborted.resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([event, aborted.promise]);
    return !signal.aborted;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function endingBefore(pods: readonly PodRuns[]) {
  const [before, current] = [pods.at(-2), pods.at(-1)];
  if (current?.previous !== undefined) return runEnd(current, current.previous);
  return before && runEnd(before, before.ended);
}

function notStarted({ waiting }: PodRuns): string {
  return `not started yet${waiting === undefined ? '' : `: ${waiting}`}`;
}
