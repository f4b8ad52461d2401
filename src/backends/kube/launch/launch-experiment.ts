import { readFile } from 'node:fs/promises';
import type { ActionOptions } from '../../../engine/capabilities.ts';
import type { LaunchOptions } from '../../../engine/cluster.ts';
import { abortError, SymphonyError, throwIfAborted } from '../../../engine/errors.ts';
import { resolveSecretValues } from '../../../engine/secrets.ts';
import type { ExperimentSpec } from '../../../engine/spec/experiment-spec.ts';
import { resolveExperiment } from '../../../engine/spec/resolve-experiment.ts';
import { version } from '../../../engine/version.ts';
import { isStatus } from '../api/api-error.ts';
import type { KubeClient, LongCallOptions } from '../api/kube-client.ts';
import { assignServices } from '../assign-services.ts';
import { buildManifests } from '../build-manifests.ts';
import { deleteExperiment } from '../delete/delete-experiment.ts';
import { waitUntilGone } from '../delete/wait-until-gone.ts';
import { findExperiment, type KnownExperiment } from '../experiments/find-experiments.ts';
import { toKubeExperiment } from '../kube-experiment.ts';
import type { KubeObject } from '../kube-object.ts';
import { locateExperiment, type PlanOptions } from '../kube-plan.ts';
import { labels, manager } from '../labels.ts';
import type { KubeLocation } from '../object-names.ts';
import { podTemplateObjects } from '../pod-templates.ts';
import { readCarriedFiles } from '../read-files.ts';
import { createAll } from './create-all.ts';
import { checkOnServer } from './dry-run.ts';

interface LaunchPlan {
  readonly plan: PlanOptions;
  /** Random. */
  readonly launchId: string;
}

/**
 * Launches all of an experiment or nothing: the API server checks it first, and what was created is removed if the rest
 * cannot be. Of two launches of one name at once the one wins that creates the namespace, or in a shared one the record.
 * @returns its location, and the random id of the launch
 */
export async function launchExperiment(
  client: KubeClient,
  spec: ExperimentSpec,
  options: LaunchOptions & LaunchPlan,
): Promise<KubeLocation> {
  const { signal, onProgress, force = false, launchId } = options;
  const { location, manifests } = await prepareManifests(spec, options);
  throwIfAborted(signal);
  await makeRoom(client, spec.name, location, { force, signal, onProgress });
  onProgress?.({ message: `Checking ${spec.name} on the server` });
  await checkOnServer(client, location, manifests, signal);
  const [holder, ...rest] = manifests as [KubeObject, ...KubeObject[]];
  onProgress?.({ message: `Creating ${spec.name}`, done: 0, total: manifests.length });
  await createHolder(client, holder, spec.name, signal);
  try {
    await createAll(client, location, { holder, rest }, { signal, onProgress, total: manifests.length });
  } catch (error) {
    await undo(client, spec.name, location, launchId);
    throw signal?.aborted ? abortError(signal) : error;
  }
  return location;
}

/** Has the API server check all that a launch would create. @throws SymphonyError `failed` naming what it refuses */
export async function checkExperiment(
  client: KubeClient,
  spec: ExperimentSpec,
  options: ActionOptions & LaunchPlan,
): Promise<void> {
  const { location, manifests } = await prepareManifests(spec, options);
  options.onProgress?.({ message: `Checking ${spec.name} on the server` });
  await checkOnServer(client, location, manifests, options.signal);
}

/** Everything that a launch creates, the holder of the rest first: with the values of secrets and the content of files. */
async function prepareManifests(spec: ExperimentSpec, { plan, launchId }: LaunchPlan) {
  const location = locateExperiment(spec, plan);
  const resolved = resolveExperiment(spec);
  const secretValues = await resolveSecretValues(resolved, process.env, (path) => readFile(path));
  const files = await readCarriedFiles(resolved);
  const services = assignServices(resolved, location);
  const experiment = toKubeExperiment(resolved, plan.nodePools);
  const context = { location, launchId, version, spec, services, secretValues, files };
  const manifests = buildManifests(experiment, context);
  const pods = manifests.filter(({ kind }) => kind === 'Pod');
  const others = manifests.filter(({ kind }) => kind !== 'Pod');
  return { location, manifests: [...others, ...podTemplateObjects(pods, context), ...pods] };
}

/** Removes what stands there of that name if it may be replaced, and waits for what is on its way out. */
async function makeRoom(
  client: KubeClient,
  name: string,
  location: KubeLocation,
  { force, signal, onProgress }: LongCallOptions & { readonly force: boolean },
): Promise<void> {
  const existing = await findExperiment(client, name, location.namespace, { signal });
  if (existing !== undefined) {
    if (!force && !existing.isDeleting) throw exists(name, existing);
    const { leftovers } = await deleteExperiment(client, existing, {
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
    });
    if (leftovers.length > 0)
      throw new SymphonyError('failed', `What there was of ${name} still stands: ${leftovers.join('; ')}.`);
  }
  if (!location.ownNamespace) return;
  const namespace = await client.find({ kind: 'Namespace', name: location.namespace }, { signal });
  if (namespace === undefined) return;
  if (namespace.metadata.deletionTimestamp !== undefined) {
    onProgress?.({ message: `Waiting until the namespace ${location.namespace} of before is gone` });
    const leftovers = await waitUntilGone(client, location, namespace.metadata.uid, { signal, timeout: 60 });
    if (leftovers.length > 0)
      throw new SymphonyError('conflict', `What there was of ${name} still stands: ${leftovers.join('; ')}.`);
    return;
  }
  if (namespace.metadata.labels?.[labels.managedBy] !== manager) {
    throw new SymphonyError('conflict', `The namespace ${location.namespace} exists and is not Symphony's.`, {
      hint: `Choose another name, or run inside of it with kube: { namespace: ${location.namespace} }.`,
    });
  }
  // Somebody else is launching it at this moment, or broke off while doing so.
  if (!force)
    throw new SymphonyError('conflict', `An experiment ${name} exists: its namespace is being filled.`, {
      hint: 'Replace it with --force.',
    });
  await client.remove({ kind: 'Namespace', name: location.namespace }, { uid: namespace.metadata.uid, signal });
  await waitUntilGone(client, location, namespace.metadata.uid, { signal, timeout: 60 });
}

function exists(name: string, { location }: KnownExperiment): SymphonyError {
  return new SymphonyError('conflict', `Experiment ${name} exists already, in namespace ${location.namespace}.`, {
    hint: 'Replace it with --force, or delete it first.',
  });
}

async function createHolder(
  client: KubeClient,
  holder: KubeObject,
  name: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await client.create(holder, { signal });
  } catch (error) {
    if (isStatus(error, 409)) {
      throw new SymphonyError('conflict', `Experiment ${name} exists already: somebody launched it at the same time.`, {
        cause: error,
      });
    }
    throw error;
  }
}

/** Takes back what this launch created, and nothing of anybody else's. The reason to do so matters more than any trouble here. */
async function undo(client: KubeClient, name: string, location: KubeLocation, launchId: string): Promise<void> {
  const signal = AbortSignal.timeout(120_000);
  const known: KnownExperiment = { name, location, launchId, isDeleting: false };
  await deleteExperiment(client, known, { signal }).catch(() => undefined);
}
