import { SymphonyError } from '../../../engine/contract/errors.ts';
import type { PlanNote } from '../../../engine/contract/plan.ts';
import type { BackendSection } from '../../../engine/spec/experiment-spec.ts';
import type { ResolvedExperiment, ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { declaredName } from '../manifests/pod/patch-containers.ts';
import { type NodePool, normalizeNodePools } from '../pools/node-pools.ts';
import { SectionChecker } from './check-sections.ts';
import { podNotes, processNotes, sectionNotes } from './field-notes.ts';
import {
  type ContainerSettings,
  containerSettings,
  type LocatedSection,
  type PodSettings,
  podSettings,
} from './kube-settings.ts';
import { findPool, type PlacementResources, placementResources } from './placement.ts';
import { podRestartPolicy } from './pod-restart-policy.ts';
import { podRuleNotes } from './rule-notes.ts';
import type { KubeRestartPolicy } from './section-types.ts';

/** A process as a container. */
export interface KubeContainer {
  readonly resolvedProcess: ResolvedProcess;
  readonly settings: ContainerSettings;
  /** The resources that `kube.place` stands for. */
  readonly placement: PlacementResources;
}

/** A process group, or a process outside any group, as a pod. */
export interface KubePod {
  readonly group: string | null;
  /** The group's name, or the name of a process outside any group. */
  readonly member: string;
  readonly containers: readonly KubeContainer[];
  readonly settings: PodSettings;
  readonly restartPolicy: KubeRestartPolicy;
  readonly pool?: NodePool;
}

/** An experiment in Kubernetes' terms, with the notes about it. */
export interface KubeExperiment {
  readonly resolved: ResolvedExperiment;
  readonly pods: readonly KubePod[];
  /** The names of all processes, with and without replica numbers. */
  readonly processNames: ReadonlySet<string>;
  readonly notes: readonly PlanNote[];
}

/**
 * Maps an experiment to pods and their settings. Fields that cannot be mapped become notes with their paths; manifests
 * must not be built from an experiment with refused notes.
 * @param knownPools node pools from outside the spec; those of the experiment take precedence
 * @param ownNamespace whether the launch makes a namespace for it
 */
export function toKubeExperiment(
  resolved: ResolvedExperiment,
  knownPools: readonly NodePool[] = [],
  ownNamespace = false,
): KubeExperiment {
  const notes = new Map<string, PlanNote>();
  // Replicas repeat the same note; keep it once.
  const note = (item: PlanNote) => notes.set(`${item.path} ${item.message}`, item);
  const sections = new SectionChecker(note);
  const own = sections.check(resolved.sections.kube, 'experiment', 'kube');
  const pools = [...normalizeNodePools(own?.nodePools ?? []), ...knownPools];
  const ofExperiment = own === undefined ? [] : [{ section: own, path: 'kube' }];
  const processNames = new Set(
    resolved.processes.flatMap((resolvedProcess) => [resolvedProcess.name, declaredName(resolvedProcess)]),
  );

  const pods = podMembers(resolved.processes).map((processes): KubePod => {
    const [first] = processes as [ResolvedProcess];
    const outer = [
      ...ofExperiment,
      ...located(sections, first.groupSections.kube, 'group', `${groupPath(first)}.kube`),
    ];
    const inner = processes.map((resolvedProcess) =>
      located(sections, resolvedProcess.sections.kube, 'process', `${resolvedProcess.path}.kube`),
    );
    const own = onePerPlace(inner.flat());
    for (const section of [...outer, ...own]) {
      for (const item of sectionNotes(section, { processNames, ownNamespace })) note(item);
    }
    const settings = podSettings(outer, own, note);
    const pool = tryPlacement(note, first, () =>
      settings.pool === undefined ? undefined : findPool(settings.pool, pools),
    );
    const containers = processes.map((resolvedProcess, index): KubeContainer => {
      const container = containerSettings([...outer, ...(inner[index] ?? [])]);
      // An unknown pool has its own note already; its resources cannot be checked.
      const isKnown = settings.pool === undefined || pool !== undefined;
      const placement = isKnown
        ? tryPlacement(note, resolvedProcess, () => placementResources(container.place, pool))
        : undefined;
      for (const item of processNotes(resolvedProcess, container)) note(item);
      return { resolvedProcess, settings: container, placement: placement ?? {} };
    });
    for (const item of [...podNotes(processes, settings), ...podRuleNotes(processes, settings)]) note(item);
    return {
      group: first.group,
      member: first.group ?? first.name,
      containers,
      settings,
      restartPolicy: podRestartPolicy(processes, settings),
      ...(pool === undefined ? {} : { pool }),
    };
  });
  return { resolved, pods, processNames, notes: [...notes.values()] };
}

/** The processes of each pod, in the order of declaration. */
function podMembers(processes: readonly ResolvedProcess[]): ResolvedProcess[][] {
  const pods = Map.groupBy(processes, ({ group, name }) => (group === null ? `process ${name}` : `group ${group}`));
  return [...pods.values()];
}

function located(
  checker: SectionChecker,
  section: BackendSection | undefined,
  level: 'group' | 'process',
  path: string,
): LocatedSection[] {
  const right = checker.check(section, level, path);
  return right === undefined ? [] : [{ section: right, path }];
}

function onePerPlace(sections: readonly LocatedSection[]): LocatedSection[] {
  return [...new Map(sections.map((section) => [section.path, section])).values()];
}

/** The path of a process's group in the spec. */
export function groupPath({ path }: Pick<ResolvedProcess, 'path'>): string {
  const end = path.indexOf('.processes.');
  return end < 0 ? path : path.slice(0, end);
}

function tryPlacement<Result>(
  note: (item: PlanNote) => void,
  resolvedProcess: ResolvedProcess,
  find: () => Result,
): Result | undefined {
  try {
    return find();
  } catch (error) {
    if (!(error instanceof SymphonyError)) throw error;
    const { message, hint } = error;
    note({
      verdict: 'refused',
      path: `${resolvedProcess.path}.kube.place`,
      message,
      ...(hint === undefined ? {} : { hint }),
    });
    return undefined;
  }
}
