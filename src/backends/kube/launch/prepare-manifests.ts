import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ResolvedExperiment } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { resolveSecretValues } from '../../../engine/spec/resolve/secrets.ts';
import { version } from '../../../engine/version.ts';
import { readCarriedFiles } from '../../kit/files/read-carried-files.ts';
import { bundledFile } from '../../kit/programs/bundled-file.ts';
import type { CallOptions, KubeClient } from '../api/kube-client.ts';
import { assignServices } from '../manifests/assign-services.ts';
import { buildManifests } from '../manifests/build-manifests.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { carryLimit } from '../manifests/object-data.ts';
import type { KubeLocation } from '../manifests/object-names.ts';
import { podTemplateObjects, templatesNames } from '../manifests/pod-templates.ts';
import { toKubeExperiment } from '../section/kube-experiment.ts';
import { locateExperiment, type PlanOptions } from '../section/kube-plan.ts';
import { planSupervision } from '../supervisor/plan-supervision.ts';
import { isWaiting } from '../supervisor/supervised-rules.ts';
import { supervisorObjects, supervisorOptions } from '../supervisor/supervisor-objects.ts';

/** The objects of a launch. */
export interface Prepared {
  /** Random. */
  readonly launchId: string;
  readonly location: KubeLocation;
  /** Those that the launch creates; the first one is the holder: the namespace, or the record in a shared one. */
  readonly manifests: readonly Manifest[];
  /** The pods that the supervisor creates once their start conditions hold. */
  readonly later: readonly Manifest[];
  /** What is not done, and why, in words. */
  readonly warnings: readonly string[];
}

/**
 * All objects of a launch, with the values of secrets, the content of files and the program of the supervisor.
 * @throws SymphonyError `invalid-spec` with the places of rules that cannot be kept because this user lacks rights
 */
export async function prepareManifests(
  client: KubeClient,
  resolved: ResolvedExperiment,
  { plan, signal }: CallOptions & { readonly plan: PlanOptions },
): Promise<Prepared> {
  const launchId = randomBytes(8).toString('hex');
  const location = locateExperiment(resolved, plan);
  const experiment = toKubeExperiment(resolved, plan.nodePools, location.ownNamespace);
  const supervisor = supervisorOptions(experiment, plan);
  const supervision = await planSupervision(client, resolved, location, {
    account: supervisor.account,
    hasNotices: plan.notify !== undefined,
    signal,
  });
  const warnings = supervision?.warning === undefined ? [] : [supervision.warning];
  const secretValues = await resolveSecretValues(resolved, process.env, (path) => readFile(path));
  const files = await readCarriedFiles(resolved, carryLimit);
  const services = assignServices(resolved, location);
  const context = {
    location,
    launchId,
    version,
    spec: resolved.spec,
    services,
    secretValues,
    files,
    supervision: supervision?.supervision,
  };
  const manifests = buildManifests(experiment, context);
  const pods = manifests.filter(({ kind }) => kind === 'Pod');
  const others = manifests.filter(({ kind }) => kind !== 'Pod');
  const templates = podTemplateObjects(pods, context);
  if (supervision?.supervision.kind !== 'pod') {
    return { launchId, location, manifests: [...others, ...templates, ...pods], later: [], warnings };
  }
  const ofSupervisor = supervisorObjects(context, {
    ...supervisor,
    program: await readFile(bundledFile('kube-supervisor'), 'utf8'),
    templates: templatesNames(location, templates.length),
    mayRecordEvents: supervision.mayRecordEvents,
    ...(supervision.tells && { notices: { notify: plan.notify } }),
  });
  const waiting = new Set(
    experiment.pods.flatMap(({ containers }, index) =>
      containers.some(({ resolvedProcess }) => isWaiting(resolvedProcess)) ? [pods[index]] : [],
    ),
  );
  return {
    launchId,
    location,
    manifests: [...others, ...ofSupervisor, ...templates, ...pods.filter((pod) => !waiting.has(pod))],
    later: pods.filter((pod) => waiting.has(pod)),
    warnings,
  };
}
