import { processKey } from '../../../engine/contract/process-key.ts';
import type { ProcessReference } from '../../../engine/contract/status.ts';
import type { KubeClient } from '../api/kube-client.ts';
import { listAndWatch } from '../api/list-watch.ts';
import { annotations, labels } from '../manifests/labels.ts';
import { recordName } from '../manifests/object-names.ts';
import { readDecisions } from '../supervisor/decisions.ts';
import type { ExperimentEntry } from '../watch/experiment-entry.ts';
import type { PodTracker } from './pod-tracker.ts';

/**
 * Aborts the signals of processes that wait for others once it is certain that they will not be started, so that nothing
 * waits for their logs. Ends when `signal` aborts, or when there is nothing left to look for.
 * @param waiting by key, see `processKey`; what has a pod is left alone
 */
export async function endNeverStarted(
  client: KubeClient,
  { known, record }: ExperimentEntry,
  podTracker: PodTracker,
  waiting: ReadonlyMap<string, { readonly reference: ProcessReference; readonly controller: AbortController }>,
  signal: AbortSignal,
): Promise<void> {
  const open = new Map(waiting);
  if (open.size === 0) return;
  const { location } = known;
  const fieldSelector = `metadata.name=${recordName(location)}`;
  for await (const event of listAndWatch(client, {
    kind: 'ConfigMap',
    namespace: location.namespace,
    fieldSelector,
    signal,
  })) {
    if (event.type === 'stale' || event.type === 'fresh') continue;
    const found = event.type === 'list' ? event.items[0] : event.type === 'put' ? event.object : undefined;
    const isGone =
      found?.metadata.labels?.[labels.launch] !== record.launchId ||
      found.metadata.annotations?.[annotations.deleting] !== undefined;
    const { skipped, started } = readDecisions((found ?? {}) as { readonly data?: unknown });
    for (const [key, { reference, controller }] of open) {
      if (podTracker.runs(reference).length > 0 || (started.includes(key) && !isGone)) open.delete(key);
      else if (isGone || key in skipped) controller.abort();
    }
    if (open.size === 0) return;
  }
}

/** The processes of an experiment that have no pod because they wait for others, and those that will not be started. */
export function withoutStart(
  { decisions, statuses }: ExperimentEntry,
  processes: readonly ProcessReference[],
): { readonly waiting: ReadonlySet<ProcessReference>; readonly skipped: ReadonlySet<ProcessReference> } {
  const skippedKeys = decisions?.skipped ?? {};
  const pending = new Set(statuses.filter(({ state }) => state === 'pending').map(processKey));
  return {
    waiting: new Set(
      decisions === undefined ? [] : processes.filter((reference) => pending.has(processKey(reference))),
    ),
    skipped: new Set(processes.filter((reference) => processKey(reference) in skippedKeys)),
  };
}
