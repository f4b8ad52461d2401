import type { SymphonyError } from '../../../engine/contract/errors.ts';
import { adviceFor, advise } from '../../../engine/text/advice.ts';
import { noExperiment, unknownName } from '../../../engine/text/common-errors.ts';
import { isStatus } from '../api/api-error.ts';
import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { labels, managedSelector, recordSelector } from '../manifests/labels.ts';
import { AbandonedLaunches } from './abandoned-launches.ts';
import type { ExperimentEntry } from './experiment-entry.ts';
import { ExperimentIndex, type IndexedKind, indexedKinds } from './experiment-index.ts';
import { displayNames, type ExperimentLocation, findNamed, locationKey, splitName } from './experiment-names.ts';
import { namespacesOf, narrowScope, type Scope } from './find-experiments.ts';
import { LogReadiness } from './log-readiness.ts';
import { readWaitingEvents } from './waiting-events.ts';

/**
 * Lists all experiments, or those that a name may refer to.
 * @param name as given by the user: `rl`, or `team-a/rl`
 */
export async function listExperiments(
  client: KubeClient,
  scope: Scope,
  name?: string,
  options: CallOptions = {},
): Promise<ExperimentIndex> {
  const index = new ExperimentIndex({ ...scope, now: () => client.now });
  await fillIndex(client, index, scope, name, options);
  await new AbandonedLaunches(client, options.signal).scanOnce(index);
  for (const pod of await new LogReadiness(client, options.signal).scanOnce(index)) index.put('Pod', pod);
  index.changes();
  // Events explain why a process waits; they are read for a single experiment, not for a list.
  if (name !== undefined) await readWaitingEvents(client, index, options);
  index.changes();
  return index;
}

/** Lists all objects from which experiments are derived. */
export async function fillIndex(
  client: KubeClient,
  index: ExperimentIndex,
  scope: Scope,
  name: string | undefined,
  options: CallOptions,
): Promise<void> {
  const { experiment } = name === undefined ? {} : splitName(name);
  const namespaces = namespacesOf(narrowScope(scope, name));
  const list = async (kind: IndexedKind, namespace?: string) => {
    const query = { labelSelector: selectorOf(kind, experiment) };
    index.replace(kind, (await client.list(kind, { namespace, query, ...options })).items, namespace);
  };
  const namespaced = indexedKinds.filter((kind) => kind !== 'Namespace');
  await Promise.all([
    ...(scope.namespaces === undefined ? [list('Namespace').catch(rethrowUnlessForbidden)] : []),
    ...namespaces.flatMap((namespace) => namespaced.map((kind) => list(kind, namespace))),
  ]);
  await confirmRecords(client, index, options);
}

/** Searches again for missing records, because the lists are not from the same moment. */
export async function confirmRecords(client: KubeClient, index: ExperimentIndex, options: CallOptions): Promise<void> {
  await Promise.all(
    index.unconfirmed().map(async (location) => {
      const query = { labelSelector: selectorOf('ConfigMap', location.experiment) };
      const { items } = await client.list('ConfigMap', { namespace: location.namespace, query, ...options });
      for (const record of items) index.put('ConfigMap', record);
      index.confirmWithoutRecord(location);
    }),
  );
}

export function selectorOf(kind: IndexedKind, experiment: string | undefined): string {
  const all = kind === 'ConfigMap' ? recordSelector : managedSelector;
  return experiment === undefined ? all : `${all},${labels.experiment}=${experiment}`;
}

/**
 * The names of all experiments, oldest first, from their records and namespaces without listing thousands of pods.
 * @param wanted the name that the user gave: if it is not among them, the pods are searched for it, too
 */
export async function listExperimentNames(
  client: KubeClient,
  scope: Scope,
  wanted?: string,
  options: CallOptions = {},
): Promise<string[]> {
  const records = namespacesOf(narrowScope(scope, wanted)).map(async (namespace) => {
    const query = { labelSelector: recordSelector };
    return (await client.list('ConfigMap', { namespace, query, ...options })).items;
  });
  const found = (await Promise.all([...records, listNamespaces(client, scope, options)])).flat();
  const named = (objects: readonly KubeObject[]) => {
    const places = new Map(objects.flatMap(placedBy));
    const names = displayNames([...places.values()], scope.preferred);
    return [...places.keys()].map((key) => names.get(key) ?? key);
  };
  const names = named(found.sort((a, b) => (created(a) < created(b) ? -1 : 1)));
  if (wanted === undefined || names.includes(wanted)) return names;
  const index = new ExperimentIndex({ ...scope, now: () => client.now });
  await fillIndex(client, index, scope, wanted, options);
  index.changes();
  const more = index.find(wanted);
  return more === undefined ? names : [...new Set([...names, more.name, ...(wanted.includes('/') ? [wanted] : [])])];
}

/**
 * The location of an experiment by its record alone; undefined if it has none.
 * @throws SymphonyError `ambiguous`
 */
export async function findLocation(
  client: KubeClient,
  { namespaces, preferred }: Scope,
  name: string,
  options: CallOptions = {},
): Promise<ExperimentLocation | undefined> {
  const { experiment, namespace: named } = splitName(name);
  const where = named === undefined ? namespacesOf({ namespaces, preferred }) : [named];
  const query = { labelSelector: selectorOf('ConfigMap', experiment) };
  const lists = where.map((namespace) => client.list('ConfigMap', { namespace, query, ...options }));
  const records = (await Promise.all(lists)).flatMap(({ items }) => items);
  const places = new Map(records.flatMap(placedBy));
  return findNamed(name, [...places.values()], preferred);
}

/** The namespaces of experiments with their own; such a namespace blocks the name even without a record. */
async function listNamespaces(client: KubeClient, scope: Scope, options: CallOptions): Promise<readonly KubeObject[]> {
  if (scope.namespaces !== undefined) return [];
  const query = { labelSelector: `${managedSelector},${labels.launch}` };
  const listed = client.list('Namespace', { query, ...options }).then(({ items }) => items);
  return listed.catch((error) => {
    rethrowUnlessForbidden(error);
    return [];
  });
}

/** Users without the right to list namespaces still see the experiments. Rethrows any other error. */
export function rethrowUnlessForbidden(error: unknown): void {
  if (!isStatus(error, 403)) throw error;
}

function placedBy({ metadata }: KubeObject): [string, ExperimentLocation][] {
  const experiment = metadata.labels?.[labels.experiment];
  if (experiment === undefined) return [];
  const place = { experiment, namespace: metadata.namespace ?? metadata.name };
  return [[locationKey(place), place]];
}

function created({ metadata }: KubeObject): string {
  return metadata.creationTimestamp ?? '';
}

/** An experiment as it was listed, with all objects of its name. */
export interface ListedExperiment {
  readonly index: ExperimentIndex;
  readonly entry: ExperimentEntry;
}

/** @throws SymphonyError `not-found`, or `ambiguous` listing the experiments of that name */
export async function readExperiment(
  client: KubeClient,
  scope: Scope,
  name: string,
  options: CallOptions = {},
): Promise<ListedExperiment> {
  const index = await listExperiments(client, scope, name, options);
  const entry = index.find(name);
  if (entry === undefined) throw await notFound(client, scope, name, options);
  return { index, entry };
}

async function notFound(client: KubeClient, scope: Scope, name: string, options: CallOptions): Promise<SymphonyError> {
  const { namespaces } = scope;
  const known = await listExperimentNames(client, scope, undefined, options).catch(() => undefined);
  if (namespaces === undefined) return noExperiment(name, known);
  return unknownName('experiment', name, known, {
    where: `in ${namespaces.length === 1 ? 'namespace' : 'namespaces'} ${namespaces.join(', ')}, where this user looks`,
    hint: adviceFor(
      advise(
        (say) =>
          `Name another namespace with ${say.either('--namespace', 'the option namespace')}, SYMPHONY_NAMESPACE or as in team-a/${splitName(name).experiment}.`,
      ),
    ),
  });
}
