import { isStatus } from '../api/api-error.ts';
import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { labels, launchSelector } from '../manifests/labels.ts';
import { withoutGeneration } from '../manifests/object-names.ts';
import { readPodTemplates, templatesRole } from '../manifests/pod-templates.ts';
import type { ExperimentEntry } from '../watch/experiment-entry.ts';
import type { PodCount } from './next-pod.ts';

/** The stored pod of a launch. */
interface Kept {
  /** Name of the ConfigMap. */
  readonly holder: string;
  readonly template: KubeObject;
  readonly count: PodCount | undefined;
}

/** The pod templates of one launch, and how often each pod was restarted. */
export class PodTemplateStore {
  readonly #client: KubeClient;
  readonly #namespace: string;
  readonly #kept: ReadonlyMap<string, Kept>;

  /** Launches by an earlier version or through kubectl have no templates. */
  static async read(
    client: KubeClient,
    { known, record }: Pick<ExperimentEntry, 'known' | 'record'>,
    options: CallOptions,
  ): Promise<PodTemplateStore> {
    const { namespace } = known.location;
    const query = { labelSelector: `${launchSelector(known.name, record.launchId)},${labels.role}=${templatesRole}` };
    const { items } = await client.list('ConfigMap', { namespace, query, ...options });
    return new PodTemplateStore(client, namespace, keptIn(items));
  }

  private constructor(client: KubeClient, namespace: string, kept: ReadonlyMap<string, Kept>) {
    this.#client = client;
    this.#namespace = namespace;
    this.#kept = kept;
  }

  /** @param pod its name, of any generation */
  find(pod: string): Pick<Kept, 'template' | 'count'> | undefined {
    return this.#kept.get(withoutGeneration(pod));
  }

  /** Records the count of the newest pod, for a restart after the pod is gone. A ConfigMap has no room for all runs. */
  async note(pod: string, { keptRuns: _, ...count }: PodCount, options: CallOptions): Promise<void> {
    const name = withoutGeneration(pod);
    const kept = this.#kept.get(name);
    if (kept === undefined) return;
    const holder = { kind: 'ConfigMap', name: kept.holder, namespace: this.#namespace } as const;
    await this.#client.patch(holder, { data: { [name]: JSON.stringify(count) } }, options).catch((error) => {
      // The experiment has been deleted in the meantime.
      if (!isStatus(error, 404)) throw error;
    });
  }
}

/**
 * The pods in such ConfigMaps, by name. The count of a pod may be in another ConfigMap than the pod, because scaling
 * distributes the pods anew: the newest one counts.
 */
export function keptIn(holders: readonly KubeObject[]): ReadonlyMap<string, Kept> {
  const kept = new Map<string, Kept>();
  for (const holder of holders) {
    for (const pod of templatesIn(holder)) {
      const { name } = pod.metadata;
      const count = newestCount(holders, name);
      kept.set(name, { holder: holder.metadata.name, template: pod, count });
    }
  }
  return kept;
}

function newestCount(holders: readonly KubeObject[], pod: string): PodCount | undefined {
  const counts = holders.flatMap((holder) => countIn(holder, pod) ?? []);
  return counts.sort((a, b) => b.generation - a.generation)[0];
}

/** Users can edit the ConfigMap; content that cannot be read counts as no templates. */
function templatesIn(holder: KubeObject): readonly KubeObject[] {
  try {
    return readPodTemplates(holder) as readonly KubeObject[];
  } catch {
    return [];
  }
}

function countIn({ data }: KubeObject, pod: string): PodCount | undefined {
  try {
    const { generation, earlierRuns, restartsInARow } = JSON.parse(data?.[pod] ?? '{}') as Partial<PodCount>;
    if (typeof generation !== 'number' || typeof earlierRuns !== 'object') return undefined;
    return { generation, earlierRuns, ...(typeof restartsInARow === 'number' && { restartsInARow }) };
  } catch {
    return undefined;
  }
}
