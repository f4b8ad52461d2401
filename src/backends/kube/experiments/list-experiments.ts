import { SymphonyError } from '../../../engine/errors.ts';
import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { readExperimentRecord } from '../experiment-record.ts';
import type { ExperimentEntry } from './experiment-entry.ts';
import { ExperimentIndex, indexedKinds } from './experiment-index.ts';
import { findRecord, knownExperiment, recordSelector } from './find-experiments.ts';
import { LogReadiness } from './log-readiness.ts';
import { readWaitingEvents } from './waiting-events.ts';
import { selectorOf } from './watch-experiments.ts';

/** All experiments, or one, as they are now. */
export async function listExperiments(
  client: KubeClient,
  namespace: string | undefined,
  experiment?: string,
  options: CallOptions = {},
): Promise<ExperimentIndex> {
  const lists = await Promise.all(
    indexedKinds.map(async (kind) => {
      const query = { labelSelector: selectorOf(kind, experiment) };
      return { kind, items: (await client.list(kind, { namespace, query, ...options })).items };
    }),
  );
  const index = new ExperimentIndex();
  for (const { kind, items } of lists) index.replace(kind, items);
  for (const pod of await new LogReadiness(client, options.signal).lookOnce(index)) index.put('Pod', pod);
  index.changes();
  // Why something waits is asked of one experiment, not of the list.
  if (experiment !== undefined) await readWaitingEvents(client, index, options);
  index.changes();
  return index;
}

/** The names of all experiments, oldest first: from their records, without a look at thousands of pods. */
export async function listExperimentNames(
  client: KubeClient,
  namespace: string | undefined,
  options: CallOptions = {},
): Promise<string[]> {
  const query = { labelSelector: recordSelector };
  const { items } = await client.list<KubeObject & RecordData>('ConfigMap', { namespace, query, ...options });
  const records = items.filter((record) => readExperimentRecord(record) !== undefined);
  records.sort((a, b) => (created(a) < created(b) ? -1 : 1));
  return [...new Set(records.map((record) => knownExperiment(record).name))];
}

interface RecordData {
  readonly data?: Readonly<Record<string, string>>;
}

function created({ metadata }: KubeObject): string {
  return metadata.creationTimestamp ?? '';
}

/** @throws SymphonyError `not-found` */
export async function readExperiment(
  client: KubeClient,
  namespace: string | undefined,
  name: string,
  options: CallOptions = {},
): Promise<{ readonly index: ExperimentIndex; readonly entry: ExperimentEntry }> {
  const index = await listExperiments(client, namespace, name, options);
  const entry = index.entry(name);
  if (entry !== undefined) return { index, entry };
  if ((await findRecord(client, name, namespace, options)) !== undefined) {
    throw new SymphonyError('failed', `The record of experiment ${name} is broken, or of a newer Symphony.`);
  }
  throw new SymphonyError('not-found', `There is no experiment ${name}.`);
}
