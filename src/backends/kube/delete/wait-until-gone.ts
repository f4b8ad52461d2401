import type { Progress } from '../../../engine/capabilities.ts';
import { abortError } from '../../../engine/errors.ts';
import type { KubeClient, LongCallOptions } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { listAndWatch } from '../api/list-watch.ts';
import type { KubeLocation } from '../object-names.ts';

export interface GoneOptions extends LongCallOptions {
  /** Seconds, beyond the time that pods are given to end; as long as it takes if absent. */
  readonly timeout?: number | undefined;
  /** Waits for the pods that it selects; without one, for the namespace. */
  readonly selector?: string;
}

/**
 * Waits until pods, or a namespace, are gone. Resolves with what still stands after the timeout, and why.
 * @param uid of the namespace: another one of its name is none of ours
 */
export async function waitUntilGone(
  client: KubeClient,
  { namespace }: KubeLocation,
  uid: string | undefined,
  { signal, timeout, selector, onProgress }: GoneOptions,
): Promise<readonly string[]> {
  const own = new AbortController();
  const standing = new Map<string, KubeObject>();
  const kind = selector === undefined ? ('Namespace' as const) : ('Pod' as const);
  let timer: NodeJS.Timeout | undefined;
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
        standing.clear();
        for (const object of event.items) standing.set(object.metadata.name, object);
        total = Math.max(total, standing.size);
        const grace = Math.max(0, ...event.items.map(({ spec }) => Number(spec?.terminationGracePeriodSeconds ?? 0)));
        if (timeout !== undefined) timer ??= setTimeout(() => own.abort(), (timeout + grace) * 1000);
      } else if (event.type === 'put') standing.set(event.object.metadata.name, event.object);
      else if (event.type === 'removed') standing.delete(event.object.metadata.name);
      else continue;
      if (uid !== undefined && [...standing.values()].every(({ metadata }) => metadata.uid !== uid)) return [];
      if (standing.size === 0) return [];
      onProgress?.(progressOf(kind, [...standing.values()], total));
    }
  } finally {
    clearTimeout(timer);
    own.abort();
  }
  if (signal?.aborted) throw abortError(signal);
  return [...standing.values()].map((object) => describeStanding(kind, object));
}

function progressOf(kind: 'Pod' | 'Namespace', standing: readonly KubeObject[], total: number): Progress {
  if (kind === 'Pod') {
    const held = standing.filter(({ metadata }) => (metadata.finalizers ?? []).length > 0);
    return {
      message: 'Waiting until all processes have ended',
      done: total - standing.length,
      total,
      ...(held.length > 0 && { detail: held.map((pod) => describeStanding(kind, pod)).join(', ') }),
    };
  }
  return {
    message: `Waiting until it is gone: ${standing.map((object) => describeStanding(kind, object)).join(', ')}`,
  };
}

function describeStanding(kind: string, { metadata, status }: KubeObject): string {
  const conditions = (status?.conditions ?? []) as readonly {
    readonly type: string;
    readonly status: string;
    readonly message?: string;
  }[];
  const remaining = conditions
    .filter(({ type, status }) => /Remaining|Failure/.test(type) && status === 'True')
    .map(({ message }) => message);
  const finalizers = metadata.finalizers ?? [];
  const why = [
    ...(finalizers.length > 0 ? [`its finalizers ${finalizers.join(', ')} have not been dealt with`] : []),
    ...remaining,
    ...(kind === 'Pod' && finalizers.length === 0 ? ['its node has not confirmed its end'] : []),
  ];
  return `${kind.toLowerCase()} ${metadata.name}${why.length > 0 ? ` (${why.join('; ')})` : ''}`;
}
