import type { PlanNote } from '../../../engine/contract/plan.ts';
import type { ResolvedExperiment, ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type {
  Amounts,
  ExposeType,
  KubeRestartPolicy,
  KubeSection,
  PlacementInput,
  Toleration,
  VolumeInput,
} from './section-types.ts';

/** A validated section with its path in the spec, for messages. */
export interface LocatedSection {
  readonly section: KubeSection;
  readonly path: string;
}

/** The settings of a pod. */
export interface PodSettings {
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
  readonly affinity?: unknown;
  readonly imagePullSecrets: readonly string[];
  readonly serviceAccount?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly restartPolicy?: KubeRestartPolicy;
  /** Name of a node pool. */
  readonly pool?: string;
  /** From the outermost section to the innermost. */
  readonly patches: readonly Readonly<Record<string, unknown>>[];
}

/** The settings of the container of one process. */
export interface ContainerSettings {
  readonly volumes: readonly VolumeInput[];
  readonly sharedMemory?: number | string;
  readonly imagePullPolicy?: string;
  /** null for the image's own; absent for the process's `startDir`. */
  readonly workingDir?: string | null;
  readonly gpuResource: string;
  readonly requests: Amounts;
  readonly limits: Amounts;
  readonly place: PlacementInput;
  readonly expose: ExposeType;
  readonly exposeAnnotations: Readonly<Record<string, string>>;
}

/** Merges the sections of the experiment, the group and the process; later ones override earlier ones. */
export function containerSettings(sections: readonly LocatedSection[]): ContainerSettings {
  const all = sections.map(({ section }) => section);
  const last = <Key extends keyof KubeSection>(key: Key) =>
    all.findLast((section) => section[key] !== undefined)?.[key];
  const sharedMemory = last('sharedMemory');
  const imagePullPolicy = last('imagePullPolicy');
  const workingDir = last('workingDir');
  return {
    volumes: innermostByMount(all.flatMap(({ volumes }) => volumes ?? [])),
    ...(sharedMemory === undefined ? {} : { sharedMemory }),
    ...(imagePullPolicy === undefined ? {} : { imagePullPolicy }),
    ...(workingDir === undefined ? {} : { workingDir }),
    gpuResource: last('gpuResource') ?? 'nvidia.com/gpu',
    requests: Object.assign({}, ...all.map(({ requests }) => requests)),
    limits: Object.assign({}, ...all.map(({ limits }) => limits)),
    place: all.reduce<PlacementInput>(
      (outer, { place }) => (place === undefined ? outer : mergePlacement(outer, place)),
      {},
    ),
    expose: last('expose') ?? 'LoadBalancer',
    exposeAnnotations: Object.assign({}, ...all.map(({ exposeAnnotations }) => exposeAnnotations)),
  };
}

/** The folder that the container of a process starts in; undefined for that of its image. */
export function workingFolder({ sections }: ResolvedExperiment, resolvedProcess: ResolvedProcess): string | undefined {
  const all = [sections.kube, resolvedProcess.groupSections.kube, resolvedProcess.sections.kube] as KubeSections;
  const declared = all.findLast((section) => section?.workingDir !== undefined)?.workingDir;
  return declared === undefined ? resolvedProcess.startDir : (declared ?? undefined);
}

type KubeSections = readonly (KubeSection | undefined)[];

/** An inner volume replaces an outer one with the same mount path. */
function innermostByMount(volumes: readonly VolumeInput[]): VolumeInput[] {
  return [...new Map(volumes.map((volume) => [volume.mount, volume])).values()];
}

/** Merges placements. Amounts are replaced together: an inner share is not combined with outer GPUs. */
function mergePlacement(outer: PlacementInput, inner: PlacementInput): PlacementInput {
  const amounts = [inner.share, inner.gpus, inner.cpu, inner.memory];
  if (amounts.every((amount) => amount === undefined)) return { ...outer, ...inner };
  return { ...(outer.pool === undefined ? {} : { pool: outer.pool }), ...inner };
}

/**
 * The settings of a pod, from the sections of the experiment, of the group, and of its processes, which must not
 * contradict each other.
 */
export function podSettings(
  outer: readonly LocatedSection[],
  inner: readonly LocatedSection[],
  refuse: (note: PlanNote) => void,
): PodSettings {
  const one = <Value>(field: string, read: (section: KubeSection) => Value | undefined): Value | undefined => {
    const given = inner.filter(({ section }) => read(section) !== undefined);
    const first = given[0];
    const other = given.find(
      ({ section }) => JSON.stringify(read(section)) !== JSON.stringify(first && read(first.section)),
    );
    if (first !== undefined && other !== undefined) refuse(contradiction(other.path, first.path, field));
    const found = first ?? outer.findLast(({ section }) => read(section) !== undefined);
    return found === undefined ? undefined : read(found.section);
  };
  const map = (field: 'nodeSelector' | 'labels' | 'annotations') => {
    const keys = new Set([...outer, ...inner].flatMap(({ section }) => Object.keys(section[field] ?? {})));
    const entries = [...keys].map((key) => [key, one(`${field}.${key}`, (section) => section[field]?.[key])]);
    return Object.fromEntries(entries) as Record<string, string>;
  };
  const all = [...outer, ...inner].map(({ section }) => section);
  const affinity = one('affinity', (section) => section.affinity);
  const serviceAccount = one('serviceAccount', (section) => section.serviceAccount);
  const restartPolicy = one('restartPolicy', (section) => section.restartPolicy);
  const pool = one('place.pool', (section) => section.place?.pool);
  return {
    nodeSelector: map('nodeSelector'),
    tolerations: withoutTwins(all.flatMap(({ tolerations }) => tolerations ?? [])),
    ...(affinity === undefined ? {} : { affinity }),
    imagePullSecrets: withoutTwins(all.flatMap(({ imagePullSecrets }) => imagePullSecrets ?? [])),
    ...(serviceAccount === undefined ? {} : { serviceAccount }),
    labels: map('labels'),
    annotations: map('annotations'),
    ...(restartPolicy === undefined ? {} : { restartPolicy }),
    ...(pool === undefined ? {} : { pool }),
    patches: [...new Set(all.flatMap(({ patch }) => (patch === undefined ? [] : [patch])))],
  };
}

function contradiction(path: string, other: string, field: string): PlanNote {
  return {
    verdict: 'refused',
    path: `${path}.${field}`,
    message: `differs from ${other}.${field}, and both processes are in one pod`,
    hint: 'Set it on the group, or put the processes into groups of their own.',
  };
}

function withoutTwins<Item>(items: readonly Item[]): Item[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
