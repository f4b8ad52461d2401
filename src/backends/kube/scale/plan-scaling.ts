import { SymphonyError } from '../../../engine/contract/errors.ts';
import { describeRefused } from '../../../engine/contract/plan.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import type { ExperimentSpec } from '../../../engine/spec/experiment-spec.ts';
import { resolveExperiment } from '../../../engine/spec/resolve/resolve-experiment.ts';
import type { ResolvedExperiment } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { advise } from '../../../engine/text/advice.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { buildManifests } from '../manifests/build-manifests.ts';
import type { ExperimentRecord } from '../manifests/experiment-record.ts';
import { labels } from '../manifests/labels.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { type KubeLocation, podName, serviceName } from '../manifests/object-names.ts';
import { variablesRole } from '../manifests/service-objects.ts';
import type { NodePool } from '../pools/node-pools.ts';
import { toKubeExperiment } from '../section/kube-experiment.ts';
import { memberKey } from '../status/process-pods.ts';
import { isWaiting } from '../supervisor/supervised-rules.ts';
import { launchedFiles } from './launched-files.ts';
import { scaledServices } from './scaled-services.ts';

/** An experiment whose numbers of replicas change, as its cluster has it. */
export interface ScaledExperiment {
  readonly location: KubeLocation;
  readonly record: ExperimentRecord;
  /** The stored pods of the launch, by name. */
  readonly templates: ReadonlyMap<string, KubeObject>;
  /** All pods of its processes, also those that others have replaced. */
  readonly pods: readonly KubeObject[];
  readonly services: readonly KubeObject[];
  /** The variables of its services, as its containers include them; absent if it has none. */
  readonly variables?: KubeObject | undefined;
}

/** What a change of the numbers of replicas does with the objects of an experiment. Objects of replicas that stay do not change. */
export interface ScalingPlan {
  readonly before: ResolvedExperiment;
  readonly after: ResolvedExperiment;
  /** The objects of processes that the record does not know, left by a change that was interrupted. They go first. */
  readonly leftPods: readonly KubeObject[];
  readonly leftServices: readonly KubeObject[];
  readonly newServices: readonly Manifest[];
  /** Existing services that an interrupted change had created. */
  readonly changedServices: readonly Manifest[];
  readonly newPods: readonly Manifest[];
  /** The pods that the supervisor creates once their start conditions hold. */
  readonly laterPods: readonly Manifest[];
  /** The pods of removed processes, and their services: they go last. */
  readonly removedPods: readonly KubeObject[];
  readonly removedServices: readonly KubeObject[];
  /** The pods to store: at first also those of removed processes, which exist until the new record is there. */
  readonly templates: { readonly during: readonly Manifest[]; readonly after: readonly Manifest[] };
  /** The names of the stored pods that go. */
  readonly removedTemplates: readonly string[];
  readonly variables: VariableChanges | undefined;
  /** The new record's ConfigMap. */
  readonly record: Manifest;
}

/** Merge patches of the data of the ConfigMap with the variables of services. */
export interface VariableChanges {
  readonly name: string;
  /** Adds the new variables. */
  readonly during: Readonly<Record<string, string>>;
  /** Removes those of services that are gone. */
  readonly after: Readonly<Record<string, null>>;
  /** Goes back to the state before. */
  readonly undo: Readonly<Record<string, string | null>>;
}

/**
 * Compares an experiment with itself at other numbers of replicas.
 * @param spec the validated spec with the new numbers, see `scaleMembers`
 * @throws SymphonyError `conflict` if the launch stored no pods, `invalid-spec` if the new numbers cannot be mapped
 */
export function planScaling(
  scaled: ScaledExperiment,
  spec: ExperimentSpec,
  nodePools: readonly NodePool[] = [],
): ScalingPlan {
  const { location, record, templates } = scaled;
  const before = resolveExperiment(record.spec);
  const after = resolveExperiment(spec);
  const built = buildScaled(scaled, before, after, nodePools);
  const old = namesOf(location, before, record.services);
  const next = namesOf(location, after, built.services);
  const ofKind = (kind: string) => built.manifests.filter((manifest) => manifest.kind === kind);
  const pods = ofKind('Pod');
  const services = ofKind('Service');
  const waiting = new Set(after.processes.filter(isWaiting).map((member) => podName(location, member)));
  const isSupervised = record.supervision?.kind === 'pod';
  const isLater = ({ metadata }: Manifest) => isSupervised && waiting.has(metadata.name);
  const added = pods.filter(({ metadata }) => !old.pods.has(metadata.name));
  const addedServices = services.filter(({ metadata }) => !old.services.has(metadata.name));
  const existing = new Set(scaled.services.map(({ metadata }) => metadata.name));
  const goneTemplates = [...templates.values()].filter(({ metadata }) => !next.pods.has(metadata.name));
  const lastTemplates = goneTemplates.filter(({ metadata }) => old.pods.has(metadata.name)) as readonly Manifest[];
  return {
    before,
    after,
    leftPods: scaled.pods.filter((pod) => !old.members.has(anyMember(pod))),
    leftServices: scaled.services.filter(
      ({ metadata }) => !old.services.has(metadata.name) && !next.services.has(metadata.name),
    ),
    newServices: addedServices.filter(({ metadata }) => !existing.has(metadata.name)),
    changedServices: addedServices.filter(({ metadata }) => existing.has(metadata.name)),
    newPods: added.filter((pod) => !isLater(pod)),
    laterPods: added.filter(isLater),
    removedPods: scaled.pods.filter((pod) => old.members.has(anyMember(pod)) && !next.members.has(anyMember(pod))),
    removedServices: scaled.services.filter(
      ({ metadata }) => old.services.has(metadata.name) && !next.services.has(metadata.name),
    ),
    templates: { during: [...pods, ...lastTemplates], after: pods },
    removedTemplates: goneTemplates.map(({ metadata }) => metadata.name),
    variables: variableChanges(scaled.variables, built.manifests),
    record: built.manifests.find(({ metadata }) => metadata.labels[labels.role] === 'spec') as Manifest,
  };
}

function buildScaled(
  { location, record, templates }: ScaledExperiment,
  before: ResolvedExperiment,
  after: ResolvedExperiment,
  nodePools: readonly NodePool[],
) {
  const experiment = toKubeExperiment(after, nodePools, location.ownNamespace);
  if (experiment.notes.some(({ verdict }) => verdict === 'refused')) {
    const { message, hint } = describeRefused(experiment.notes);
    throw new SymphonyError('invalid-spec', message, { hint });
  }
  if (templates.size === 0) throw withoutTemplates(location.experiment);
  const files = launchedFiles(after.processes, before.processes, (member) => templates.get(podName(location, member)));
  const lacking = after.processes.find((member) => member.files.length > 0 && !files.has(formatProcess(member)));
  if (lacking !== undefined) throw withoutTemplates(location.experiment);
  const { launchId, version, supervision } = record;
  const services = scaledServices(record.services, after, location);
  const context = { location, launchId, version, spec: after.spec, services, supervision, files };
  return { services, manifests: buildManifests(experiment, context) };
}

function namesOf(
  location: KubeLocation,
  { processes }: ResolvedExperiment,
  services: readonly { readonly name: string }[],
) {
  return {
    members: new Set<string | undefined>(processes.map(memberKey)),
    pods: new Set(processes.map((member) => podName(location, member))),
    services: new Set(services.map(({ name }) => serviceName(location, name))),
  };
}

/** The member key of a pod, also of one that another has replaced. */
function anyMember({ metadata }: KubeObject): string | undefined {
  const own = metadata.labels ?? {};
  const member = own[labels.member] ?? own[labels.pastMember];
  return member !== undefined && own[labels.group] !== undefined ? `${member}/` : member;
}

function variableChanges(known: KubeObject | undefined, manifests: readonly Manifest[]): VariableChanges | undefined {
  const built = manifests.find(({ metadata }) => metadata.labels[labels.role] === variablesRole);
  if (known === undefined || built === undefined) return undefined;
  const before = (known.data ?? {}) as Readonly<Record<string, string>>;
  const after = built.data as Readonly<Record<string, string>>;
  const gone = Object.keys(before).filter((name) => !(name in after));
  const added = Object.keys(after).filter((name) => !(name in before));
  return {
    name: known.metadata.name,
    during: after,
    after: Object.fromEntries(gone.map((name) => [name, null])),
    undo: { ...Object.fromEntries(added.map((name) => [name, null])), ...before },
  };
}

function withoutTemplates(experiment: string): SymphonyError {
  return new SymphonyError('conflict', `The cluster keeps no templates of the pods of experiment ${experiment}.`, {
    hint: advise(
      (say) =>
        `Launch it again with the number that you want, with ${say.option('force')}: this one was launched by an older version, or through kubectl.`,
    ),
  });
}
