import { SymphonyError } from '../../../engine/contract/errors.ts';
import type { Plan } from '../../../engine/contract/plan.ts';
import type { ResolvedExperiment } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { version } from '../../../engine/version.ts';
import type { KubeNotify } from '../api/credentials/kube-options.ts';
import { assignServices } from '../manifests/assign-services.ts';
import { buildManifests } from '../manifests/build-manifests.ts';
import type { KubeLocation } from '../manifests/object-names.ts';
import { templatesNames } from '../manifests/pod-templates.ts';
import type { NodePool } from '../pools/node-pools.ts';
import { supervisedRules } from '../supervisor/supervised-rules.ts';
import { supervisorObjects, supervisorOptions } from '../supervisor/supervisor-objects.ts';
import { type KubeExperiment, toKubeExperiment } from './kube-experiment.ts';

export interface PlanOptions {
  /** The namespace of experiments that name none; without it, each experiment has its own. */
  readonly namespace?: string;
  /** Node pools in addition to those of the spec. */
  readonly nodePools?: readonly NodePool[];
  /** The image of the supervisors, with Node.js. */
  readonly supervisorImage?: string;
  /** The service account of the supervisors; without it, each launch creates one. */
  readonly supervisorAccount?: string;
  /** Where supervisors send notices. */
  readonly notify?: KubeNotify;
}

/** The location of an experiment: the namespace it names, the one of the options, or one of its own name. */
export function locateExperiment(
  experiment: Pick<ResolvedExperiment, 'name' | 'sections'>,
  options: PlanOptions = {},
): KubeLocation {
  const named = experiment.sections.kube?.namespace;
  const shared = typeof named === 'string' ? named : options.namespace;
  return { experiment: experiment.name, namespace: shared ?? experiment.name, ownNamespace: shared === undefined };
}

/**
 * The manifests of a launch. Values that only a launch determines have placeholders: the launch id is `auto`, secrets
 * are hidden, files are named.
 */
export function planOnKube(resolved: ResolvedExperiment, options: PlanOptions = {}): Plan {
  const experiment = toKubeExperiment(resolved, options.nodePools, locateExperiment(resolved, options).ownNamespace);
  const plan = { backend: 'kube', experiment: resolved.name, notes: experiment.notes };
  if (experiment.notes.some(({ verdict }) => verdict === 'refused')) return { ...plan, documents: [] };
  try {
    return { ...plan, documents: manifests(experiment, options) };
  } catch (error) {
    if (!(error instanceof SymphonyError)) throw error;
    return { ...plan, notes: [...plan.notes, refusal(error)], documents: [] };
  }
}

function manifests(experiment: KubeExperiment, options: PlanOptions) {
  const { resolved } = experiment;
  const location = locateExperiment(resolved, options);
  const services = assignServices(resolved, location);
  const hasNotices = options.notify !== undefined;
  const isSupervised = hasNotices || supervisedRules(resolved).length > 0;
  const supervision = isSupervised ? ({ kind: 'pod', isStrict: true } as const) : undefined;
  const context = { location, launchId: 'auto', version, spec: resolved.spec, services, supervision };
  const built = buildManifests(experiment, context);
  if (!isSupervised) return built;
  const supervisor = supervisorObjects(context, {
    ...supervisorOptions(experiment, options),
    templates: templatesNames(location, 1),
    mayRecordEvents: true,
    ...(hasNotices && { notices: {} }),
  });
  const isPod = ({ kind }: { readonly kind: string }) => kind === 'Pod';
  return [...built.filter((object) => !isPod(object)), ...supervisor, ...built.filter(isPod)];
}

/** Turns an error while building, such as two volumes of one name, into a note. The message begins with the path. */
function refusal({ message, hint }: SymphonyError): Plan['notes'][number] {
  const [, path, rest] = /^([^\s:]+): (.*)$/s.exec(message) ?? [];
  const place = path === undefined || rest === undefined ? { path: 'kube', message } : { path, message: rest };
  return { verdict: 'refused', ...place, ...(hint === undefined ? {} : { hint }) };
}

/** What was said at the launch of an experiment about fields that have no effect. */
export function launchedNotes(resolved: ResolvedExperiment): readonly string[] {
  const { notes } = planOnKube(resolved);
  return notes.filter(({ verdict }) => verdict === 'not-enforced').map(({ path, message }) => `${path}: ${message}`);
}
