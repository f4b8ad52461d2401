import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessMetrics } from '../../../engine/contract/capabilities.ts';
import { isStatus } from '../api/api-error.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeList, KubeObject } from '../api/kube-object.ts';
import { experimentSelector } from '../manifests/labels.ts';
import { podName, withoutGeneration } from '../manifests/object-names.ts';
import { parseQuantity } from '../manifests/pod/quantity.ts';
import type { ExperimentEntry } from '../watch/experiment-entry.ts';

const group = '/apis/metrics.k8s.io/v1beta1';
/** Seconds between two samples; clusters do not measure more often. */
const interval = 15;

interface ContainerUsage {
  readonly name: string;
  readonly usage?: { readonly cpu?: string; readonly memory?: string };
}

/** Whether the cluster serves the metrics API. */
export async function hasMetrics(client: KubeClient): Promise<boolean> {
  try {
    await client.request({ path: group, operation: 'get the metrics API', timeout: 10 });
    return true;
  } catch (error) {
    if (isStatus(error, 403, 404, 503)) return false;
    throw error;
  }
}

/** Samples the resource usage of an experiment's processes until the signal aborts. */
export async function* sampleMetrics(
  client: KubeClient,
  { known, processes }: ExperimentEntry,
  {
    intervalSeconds = interval,
    signal,
  }: { readonly intervalSeconds?: number; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<readonly ProcessMetrics[]> {
  const labelSelector = experimentSelector(known.name);
  const path = `${group}/namespaces/${known.location.namespace}/pods`;
  while (!signal?.aborted) {
    try {
      const { items } = await client.request<KubeList>({
        path,
        query: { labelSelector },
        operation: 'list pod metrics',
        signal,
      });
      yield processes.flatMap(({ group, name }): ProcessMetrics[] => {
        const usage = usageOf(newestPod(items, podName(known.location, { group, name })), name);
        return usage === undefined ? [] : [{ group, name, ...usage }];
      });
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
    await delay(Math.max(intervalSeconds, 1) * 1000, undefined, { ...(signal && { signal }) }).catch(() => undefined);
  }
}

/** Matches by name, because further metadata depends on the metrics server. */
function newestPod(pods: readonly KubeObject[], name: string): KubeObject | undefined {
  const own = pods.filter(({ metadata }) => withoutGeneration(metadata.name) === name);
  return own.sort((a, b) => a.metadata.name.localeCompare(b.metadata.name, 'en', { numeric: true })).at(-1);
}

function usageOf(pod: KubeObject | undefined, container: string): { cpu?: number; memory?: number } | undefined {
  const usage = ((pod?.containers ?? []) as readonly ContainerUsage[]).find(({ name }) => name === container)?.usage;
  if (usage === undefined) return undefined;
  const [cpu, memory] = [usage.cpu, usage.memory].map((text) => (text === undefined ? undefined : parseQuantity(text)));
  return { ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) };
}
