import { setTimeout as delay } from 'node:timers/promises';
import { mergeStreams } from '../../kit/logs/merge-streams.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { type ListWatchEvent, listAndWatch } from '../api/list-watch.ts';
import { launchSelector } from '../manifests/labels.ts';
import { slim } from '../status/pod-json.ts';
import type { ExperimentIndex } from '../watch/experiment-index.ts';

/** The experiment that a supervisor keeps to its rules. */
export interface SupervisedPlace {
  readonly namespace: string;
  /** The name of the ConfigMap with the record. */
  readonly record: string;
  readonly experiment: string;
  readonly launchId: string;
}

/** Writes a line to the supervisor's own log. */
export type Report = (line: string) => void;

export interface FollowOptions {
  /** Called after each change, once everything has been listed. */
  readonly onChange: () => void;
  /** Called with each pod that is removed, as it was at last. */
  readonly onRemoved: (pod: KubeObject) => void;
  readonly report: Report;
  readonly signal: AbortSignal;
}

type Seen = { readonly kind: 'ConfigMap' | 'Pod'; readonly event: ListWatchEvent };

/** The pause before a watch that failed is repeated, in milliseconds. */
const retryMilliseconds = 1_000;

/**
 * Keeps an index of the record and the pods of an experiment up to date, until the signal aborts. Begins anew if the server
 * cannot be reached yet, or refuses what its rights will allow in a moment.
 */
export async function followPlace(
  client: KubeClient,
  place: SupervisedPlace,
  index: ExperimentIndex,
  options: FollowOptions,
): Promise<void> {
  const { report, signal } = options;
  while (!signal.aborted) {
    try {
      await followOnce(client, place, index, options);
    } catch (error) {
      if (signal.aborted) return;
      report(`the watch failed, and is repeated: ${(error as Error).message}`);
      await delay(retryMilliseconds, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function followOnce(
  client: KubeClient,
  { namespace, record, experiment, launchId }: SupervisedPlace,
  index: ExperimentIndex,
  { onChange, onRemoved, report, signal }: FollowOptions,
): Promise<void> {
  const watches = {
    ConfigMap: { kind: 'ConfigMap', namespace, fieldSelector: `metadata.name=${record}`, signal },
    Pod: { kind: 'Pod', namespace, labelSelector: launchSelector(experiment, launchId), keep: slim, signal },
  } as const;
  const tagged = async function* (kind: Seen['kind']): AsyncGenerator<Seen> {
    for await (const event of listAndWatch(client, watches[kind])) yield { kind, event };
  };
  const streams = [tagged('ConfigMap'), tagged('Pod')];
  const listed = new Set<string>();
  for await (const { kind, event } of mergeStreams(streams)) {
    if (event.type === 'list') {
      index.replace(kind, event.items, namespace);
      listed.add(kind);
    } else if (event.type === 'put') index.put(kind, kind === 'Pod' ? slim(event.object) : event.object);
    else if (event.type === 'removed') {
      index.remove(kind, event.object);
      if (kind === 'Pod') onRemoved(slim(event.object));
    } else if (event.type === 'stale') report(`the API server does not answer: ${event.reason}`);
    if (listed.size === streams.length) onChange();
  }
}
