import type { Progress } from '../../../engine/contract/capabilities.ts';
import { abortError } from '../../../engine/contract/errors.ts';
import type { KubeClient, LongCallOptions } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { listAndWatch } from '../api/list-watch.ts';
import type { KubeLocation } from '../manifests/object-names.ts';
import { describeNamespace, describePods } from './describe-pods.ts';

export interface GoneOptions extends LongCallOptions {
  /** Seconds beyond the grace period of the pods; unlimited if absent. */
  readonly timeout?: number | undefined;
  /** Selects pods to wait for; without it, the namespace is waited for. */
  readonly selector?: string;
  /** Called when a pod exists that has not been asked to end. */
  readonly onUnasked?: () => void;
  /** Called when pods remain a while after their grace period, and at each change of them from then on. @param signal of the wait */
  readonly onOverdue?: (pods: readonly KubeObject[], signal: AbortSignal) => void;
}

/** Seconds after the grace period within which a node that answers has removed its pods. */
const overdueSeconds = 20;

/**
 * Waits until pods, or a namespace, are gone. After the timeout, resolves with descriptions of the remaining ones.
 * @param uid of the namespace: a namespace with another uid is not the experiment's
 */
export async function waitUntilGone(
  client: KubeClient,
  { namespace }: KubeLocation,
  uid: string | undefined,
  { signal, timeout, selector, onProgress, onUnasked, onOverdue }: GoneOptions,
): Promise<readonly string[]> {
  const own = new AbortController();
  const remaining = new Map<string, KubeObject>();
  const kind = selector === undefined ? ('Namespace' as const) : ('Pod' as const);
  let timer: NodeJS.Timeout | undefined;
  let overdueTimer: NodeJS.Timeout | undefined;
  let isOverdue = false;
  const look = () => {
    if (isOverdue) onOverdue?.([...remaining.values()], own.signal);
  };
  const events = listAndWatch(client, {
    kind,
    ...(kind === 'Pod' ? { namespace } : { fieldSelector: `metadata.name=${namespace}` }),
    ...(selector !== undefined && { labelSelector: selector }),
    signal: signal === undefined ? own.signal : AbortSignal.any([signal, own.signal]),
  });
  let total = 0;
  try {
    for await (const event of events) {
      if (event.type === 'list') {
        remaining.clear();
        for (const object of event.items) remaining.set(object.metadata.name, object);
        total = Math.max(total, remaining.size);
        const grace = Math.max(0, ...event.items.map(({ spec }) => Number(spec?.terminationGracePeriodSeconds ?? 0)));
        overdueTimer ??= setTimeout(
          () => {
            isOverdue = true;
            look();
          },
          (overdueSeconds + grace) * 1000,
        );
        if (timeout !== undefined) timer ??= setTimeout(() => own.abort(), (timeout + grace) * 1000);
      } else if (event.type === 'put') remaining.set(event.object.metadata.name, event.object);
      else if (event.type === 'removed') remaining.delete(event.object.metadata.name);
      else {
        if (event.type === 'stale') onProgress?.({ message: 'Waiting for the API server', detail: event.reason });
        continue;
      }
      if (uid !== undefined && [...remaining.values()].every(({ metadata }) => metadata.uid !== uid)) return [];
      if (remaining.size === 0) return [];
      look();
      if ([...remaining.values()].some(({ metadata }) => metadata.deletionTimestamp === undefined)) onUnasked?.();
      onProgress?.(progressOf(kind, [...remaining.values()], total));
    }
  } finally {
    clearTimeout(timer);
    clearTimeout(overdueTimer);
    own.abort();
  }
  if (signal?.aborted) throw abortError(signal);
  return kind === 'Pod' ? describePods([...remaining.values()]) : [...remaining.values()].map(describeNamespace);
}

function progressOf(kind: 'Pod' | 'Namespace', remaining: readonly KubeObject[], total: number): Progress {
  if (kind === 'Namespace') {
    return { message: `Waiting until it is gone: ${remaining.map(describeNamespace).join(', ')}` };
  }
  const held = remaining.filter(({ metadata }) => (metadata.finalizers ?? []).length > 0);
  return {
    message: 'Waiting until all processes have ended',
    done: total - remaining.length,
    total,
    ...(held.length > 0 && { detail: describePods(held).join(', ') }),
  };
}
