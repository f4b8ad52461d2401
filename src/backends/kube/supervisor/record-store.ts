import { isStatus } from '../api/api-error.ts';
import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { annotations } from '../manifests/labels.ts';
import { type Decisions, readDecisions, storedDecisions } from './decisions.ts';

/**
 * Changes the decisions in a record, from its newest version: of two writers, the later one starts from what the earlier
 * one has written.
 * @param change returns the same object if there is nothing to write
 * @returns the record that has them; undefined if it is gone or being deleted
 */
export async function changeDecisions(
  client: KubeClient,
  { name, namespace }: { readonly name: string; readonly namespace: string },
  change: (known: Decisions) => Decisions,
  options: CallOptions & { readonly annotations?: Readonly<Record<string, string>> } = {},
): Promise<KubeObject | undefined> {
  const { signal, annotations: noted } = options;
  for (;;) {
    const record = await client.find({ kind: 'ConfigMap', name, namespace }, { signal });
    if (record === undefined || record.metadata.annotations?.[annotations.deleting] !== undefined) return undefined;
    const known = readDecisions(record as { readonly data?: unknown });
    const decisions = change(known);
    if (decisions === known && noted === undefined) return record;
    const { resourceVersion, uid } = record.metadata;
    const metadata = { resourceVersion, uid, ...(noted && { annotations: noted }) };
    try {
      const data = decisions === known ? {} : { data: storedDecisions(decisions) };
      return await client.patch({ kind: 'ConfigMap', name, namespace }, { metadata, ...data }, { signal });
    } catch (error) {
      if (isStatus(error, 404)) return undefined;
      // Another writer was faster.
      if (!isStatus(error, 409)) throw error;
    }
  }
}
