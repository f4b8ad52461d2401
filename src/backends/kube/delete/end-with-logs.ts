import { setTimeout as delay } from 'node:timers/promises';
import { countOf } from '../../../engine/text/sentences.ts';
import { markEnded, markOf, statusDelayMilliseconds } from '../actions/stop-pod.ts';
import { untilOutputsEnd } from '../actions/until-outputs-end.ts';
import { isStatus } from '../api/api-error.ts';
import type { KubeClient, LongCallOptions } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { listAndWatch } from '../api/list-watch.ts';
import { inParallel, Lanes } from '../api/parallel.ts';
import { retryWhileUnavailable } from '../api/retry-while-unavailable.ts';
import { launchSelector } from '../manifests/labels.ts';
import { slim } from '../status/pod-json.ts';
import type { KnownExperiment } from '../watch/find-experiments.ts';
import { EndingPods } from './ending-pods.ts';

/** Pods whose outputs are read at once, where only their outputs show the ends. */
const maxConcurrentOutputs = 32;

/**
 * Ends all processes of an experiment and keeps their pods, so that what they wrote while they were ending can be read.
 * One watch shows all ends. Resolves when all have ended, or none has for a while after their grace period, whatever
 * fails: the deletion of the pods follows and reports it.
 * @returns what the history then lacks, in words
 */
export async function endWithLogs(
  client: KubeClient,
  known: KnownExperiment,
  options: LongCallOptions,
): Promise<readonly string[]> {
  let ending: EndingPods | undefined;
  try {
    await retryWhileUnavailable(async () => {
      for await (ending of endPods(client, known, options)) {
        const { ended: done, total } = ending;
        options.onProgress?.({ message: 'Waiting until all processes have ended', done, total });
      }
    }, options);
  } catch {
    // The deletion reports what keeps it from ending the pods.
  }
  const { total, ended } = ending ?? { total: 0, ended: 0 };
  if (ended === total) return [];
  return [`${total - ended} of ${countOf(total, 'pod')} had not ended when their logs were read`];
}

/** Yields after each end. @throws SymphonyError if the pods cannot be listed */
async function* endPods(
  client: KubeClient,
  { name, location, launches }: KnownExperiment,
  options: LongCallOptions,
): AsyncGenerator<EndingPods> {
  const own = new AbortController();
  const signal = options.signal === undefined ? own.signal : AbortSignal.any([options.signal, own.signal]);
  const call = { ...options, signal };
  const lanes = new Lanes(maxConcurrentOutputs);
  let ending: EndingPods | undefined;
  let timer: NodeJS.Timeout | undefined;
  const look = (current: EndingPods) => {
    clearTimeout(timer);
    const { deadline } = current;
    if (current.waiting.length === 0) own.abort();
    else if (deadline !== undefined) timer = setTimeout(() => own.abort(), deadline - performance.now());
  };
  const ask = async (current: EndingPods) => {
    await inParallel(current.waiting, async (pod) => {
      if (!(await askToEnd(client, pod, call))) current.leave(pod);
    });
    current.setAsked(performance.now());
    look(current);
  };
  const watchOutputs = async (current: EndingPods, pod: KubeObject) => {
    await lanes.run(() => untilOutputsEnd(client, pod, signal));
    await delay(statusDelayMilliseconds, undefined, { signal });
    if (current.has(pod)) await retryWhileUnavailable(() => markEnded(client, pod, { signal }), call);
  };
  const { namespace } = location;
  // Thousands of pods are held for the time of the wait.
  const keep = (pod: KubeObject) => {
    const { terminationGracePeriodSeconds } = pod.spec;
    const slimmed = slim(pod);
    return { ...slimmed, spec: { ...slimmed.spec, terminationGracePeriodSeconds } };
  };
  const labelSelector = launchSelector(name, ...launches);
  try {
    for await (const event of listAndWatch(client, { kind: 'Pod', namespace, labelSelector, keep, signal })) {
      const now = performance.now();
      if (event.type === 'list' && ending === undefined) {
        const current = new EndingPods(event.items);
        ending = current;
        // A server that does not take requests for a minute ends the wait.
        if (current.total > 0) ask(current).catch(() => own.abort());
      } else if (event.type === 'list') ending?.replace(event.items, now);
      else if (event.type === 'put') ending?.put(keep(event.object), now);
      else if (event.type === 'removed') ending?.remove(event.object, now);
      else if (event.type === 'stale')
        options.onProgress?.({ message: 'Waiting for the API server', detail: event.reason });
      if (ending === undefined) continue;
      const current = ending;
      // The watch shows the mark. A failure leaves the pod among those that have not ended.
      for (const pod of current.takeSilent()) watchOutputs(current, pod).catch(() => undefined);
      look(current);
      if (current.total > 0) yield current;
    }
  } finally {
    clearTimeout(timer);
    own.abort();
  }
}

/** By its deadline, which a node enforces with the grace period. @returns false if this user may not, or it is gone */
async function askToEnd(client: KubeClient, { metadata }: KubeObject, options: LongCallOptions): Promise<boolean> {
  const { name, namespace, uid } = metadata;
  const patch = {
    metadata: { uid, annotations: markOf({ reason: '' }, client.now) },
    spec: { activeDeadlineSeconds: 1 },
  };
  try {
    await retryWhileUnavailable(() => client.patch({ kind: 'Pod', name, namespace }, patch, options), options);
    return true;
  } catch (error) {
    if (isStatus(error, 403, 404, 409, 422)) return false;
    throw error;
  }
}
