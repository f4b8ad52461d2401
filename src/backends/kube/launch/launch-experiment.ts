import type { LaunchOptions } from '../../../engine/contract/backend.ts';
import type { ActionOptions } from '../../../engine/contract/capabilities.ts';
import { abortError, SymphonyError, throwIfAborted } from '../../../engine/contract/errors.ts';
import type { ResolvedExperiment } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { experimentExists } from '../../../engine/text/common-errors.ts';
import { isStatus } from '../api/api-error.ts';
import type { KubeClient, LongCallOptions } from '../api/kube-client.ts';
import type { KubeObject as ServerObject } from '../api/kube-object.ts';
import { isUnavailable } from '../api/retry-while-unavailable.ts';
import { deleteExperiment } from '../delete/delete-experiment.ts';
import { labels, supervisorRole } from '../manifests/labels.ts';
import type { Manifest } from '../manifests/manifest.ts';
import type { KubeLocation } from '../manifests/object-names.ts';
import type { PlanOptions } from '../section/kube-plan.ts';
import type { KnownExperiment, Scope } from '../watch/find-experiments.ts';
import { clearLocation } from './clear-location.ts';
import { createAll } from './create-all.ts';
import { checkOnServer } from './dry-run.ts';
import { Lease, leaseAnnotations } from './lease.ts';
import { type Prepared, prepareManifests } from './prepare-manifests.ts';

interface LaunchPlan {
  readonly plan: PlanOptions;
}

interface Around {
  readonly scope: Scope;
  /** Called before the first object is created, so that an interrupted launch can be found. */
  readonly onCreate: () => Promise<void>;
}

/**
 * Launches an experiment completely or not at all: the API server checks it first, before it takes the place of an
 * existing one, and objects are removed if the
 * others cannot be created. Of two concurrent launches of one name, the one that creates the namespace (or in a shared
 * namespace the record) wins. During the launch the record carries a lease: once it expires, any client removes the
 * objects.
 * @returns the experiment's location
 */
export async function launchExperiment(
  client: KubeClient,
  resolved: ResolvedExperiment,
  options: LaunchOptions & LaunchPlan & Around,
): Promise<KubeLocation> {
  const { signal, onProgress, force = false, scope, onCreate, onEnded } = options;
  const prepared = await prepareManifests(client, resolved, options);
  const { location, launchId, manifests, later, warnings } = prepared;
  for (const warning of warnings) options.onWarning?.(warning);
  throwIfAborted(signal);
  const check = (replaced?: KnownExperiment) => {
    onProgress?.({ message: `Checking ${resolved.name} on the server` });
    return checkOnServer(client, location, [...manifests, ...later], { signal, replaced });
  };
  const around = { scope, signal, onProgress, onEnded };
  const namespace = await clearLocation(client, location, { ...around, force, beforeRemoval: check });
  await check();
  onProgress?.({ message: `Creating ${resolved.name}`, done: 0, total: manifests.length });
  await onCreate();
  try {
    await createExperiment(client, prepared, { namespace, signal, onProgress });
  } catch (error) {
    const leftovers = await undo(
      client,
      { name: resolved.name, location, launches: [launchId], isDeleting: false },
      onProgress,
    );
    if (signal?.aborted) throw abortError(signal);
    throw leftovers === undefined ? error : withLeftovers(error, resolved.name, leftovers);
  }
  return location;
}

async function createExperiment(
  client: KubeClient,
  { location, launchId, manifests }: Prepared,
  options: LongCallOptions & { readonly namespace: ServerObject | undefined },
): Promise<void> {
  const { namespace, signal, onProgress } = options;
  const total = manifests.length;
  const leased = manifests.map((manifest) => withLease(manifest, client.now));
  const [holder, ...below] = leased as [Manifest, ...Manifest[]];
  const created = await createHolder(client, holder, { namespace, location, launchId, signal });
  const [record, ...others] = location.ownNamespace ? (below as [Manifest, ...Manifest[]]) : [undefined, ...below];
  const owner = record === undefined ? created : await client.create(record, { signal });
  const rest = others.map((manifest) => withOwner(manifest, owner));
  const lease = new Lease(client, location, launchId);
  const both = signal === undefined ? lease.lost : AbortSignal.any([signal, lease.lost]);
  try {
    const begun = total - rest.length;
    await createAll(client, location, { rest, launchId }, { signal: both, onProgress, begun, total });
    await lease.finish();
  } catch (error) {
    lease.lost.throwIfAborted();
    throw error;
  } finally {
    lease.end();
  }
}

/** Makes the API server check all objects of a launch. @throws SymphonyError `failed` naming what it refuses */
export async function checkExperiment(
  client: KubeClient,
  resolved: ResolvedExperiment,
  options: ActionOptions & LaunchPlan,
): Promise<void> {
  const { location, manifests, later } = await prepareManifests(client, resolved, options);
  options.onProgress?.({ message: `Checking ${resolved.name} on the server` });
  await checkOnServer(client, location, [...manifests, ...later], options);
}

/** Adds the lease to the record from the beginning. */
function withLease(manifest: Manifest, now: number): Manifest {
  const { metadata } = manifest;
  if (manifest.kind !== 'ConfigMap' || metadata.labels[labels.role] !== 'spec') return manifest;
  return { ...manifest, metadata: { ...metadata, annotations: { ...metadata.annotations, ...leaseAnnotations(now) } } };
}

/** Makes the record the owner of the supervisor's objects: without it they have no use. */
function withOwner(manifest: Manifest, { metadata: { name, uid = '' } }: ServerObject): Manifest {
  const { metadata } = manifest;
  if (metadata.labels[labels.role] !== supervisorRole) return manifest;
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid }];
  return { ...manifest, metadata: { ...metadata, ownerReferences } };
}

/** Creates the namespace or reuses the one of an earlier experiment; in a shared namespace, creates the record. */
async function createHolder(
  client: KubeClient,
  holder: Manifest,
  {
    namespace,
    location,
    launchId,
    signal,
  }: {
    readonly namespace: ServerObject | undefined;
    readonly location: KubeLocation;
    readonly launchId: string;
    readonly signal: AbortSignal | undefined;
  },
): Promise<ServerObject> {
  try {
    if (namespace === undefined) return await client.create(holder, { signal });
    const { name, resourceVersion } = namespace.metadata;
    const claim = { metadata: { resourceVersion, labels: { [labels.launch]: launchId } } };
    return await client.patch({ kind: 'Namespace', name }, claim, { signal });
  } catch (error) {
    if (!isStatus(error, 409)) throw error;
    const detail = 'because another client launched it at the same time';
    throw experimentExists(location.experiment, { detail, cause: error });
  }
}

/**
 * Removes the objects of this launch, and nothing else.
 * @returns a description of what could not be removed; undefined if all is gone
 */
async function undo(
  client: KubeClient,
  known: KnownExperiment,
  onProgress: LaunchOptions['onProgress'],
): Promise<string | undefined> {
  const signal = AbortSignal.timeout(180_000);
  try {
    const { leftovers } = await deleteExperiment(client, known, { signal, ...(onProgress && { onProgress }) });
    return leftovers.length === 0 ? undefined : leftovers.join('; ');
  } catch (error) {
    return isUnavailable(error) ? 'the server could not be reached to remove it' : (error as Error).message;
  }
}

/** Adds the leftovers to the launch's error, which stays the main one. */
function withLeftovers(error: unknown, name: string, leftovers: string): unknown {
  if (!(error instanceof SymphonyError)) return error;
  const message = `${error.message}\nSome objects of ${name} may remain: ${leftovers}.`;
  const hint = 'The next listing, launch or deletion of that name removes them.';
  return new SymphonyError(error.code, message, {
    cause: error,
    hint: error.hint === undefined ? hint : `${error.hint} ${hint}`,
  });
}
