import type { PlanNote } from '../../../engine/contract/plan.ts';
import { defaults } from '../../../engine/spec/resolve/resolve-experiment.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { patchedContainers } from '../manifests/pod/patch-containers.ts';
import { absentObjects } from './absent-objects.ts';
import type { ContainerSettings, LocatedSection, PodSettings } from './kube-settings.ts';
import { livenessNotes } from './liveness-notes.ts';

/** Notes about references in a section that cannot resolve. */
export function sectionNotes(
  { section, path }: LocatedSection,
  { processNames, ownNamespace }: { readonly processNames: ReadonlySet<string>; readonly ownNamespace: boolean },
): PlanNote[] {
  const absent = ownNamespace ? absentObjects(section) : [];
  const unknown = patchedContainers(section.patch ?? {}).filter(
    ({ name, image }) => typeof name === 'string' && !processNames.has(name) && image === undefined,
  );
  return [
    ...absent.map(({ path: field, what }) => {
      const message = `names ${what}, which does not exist in the namespace that the launch makes for the experiment`;
      return refused(`${path}.${field}`, message, 'Run in a namespace that has it: kube: { namespace: NAME }.');
    }),
    ...unknown.map(({ name }) => {
      const message = `names ${name}, which is not a process; an added container needs an image`;
      return refused(
        `${path}.patch.spec.containers`,
        message,
        `Processes are ${[...processNames].slice(0, 10).join(', ')}.`,
      );
    }),
  ];
}

/** Notes about fields of a process that Kubernetes cannot honor. */
export function processNotes(resolvedProcess: ResolvedProcess, container: ContainerSettings): PlanNote[] {
  const { path } = resolvedProcess;
  const notes: PlanNote[] = [];
  if (resolvedProcess.image === null) {
    notes.push(refused(`${path}.image`, 'is missing; a pod needs a container image, such as python:3.13-slim'));
  }
  notes.push(...livenessNotes(resolvedProcess));
  if (resolvedProcess.logSize !== defaults.logSize) {
    const message = 'not enforced: how much of a log is kept is set on the nodes, usually 10 MiB for each run';
    notes.push({ verdict: 'not-enforced', path: `${path}.log.size`, message });
  }
  if (container.workingDir === null && resolvedProcess.files.length > 0) {
    const message = 'is null, which means the folder of the image, and files need a named folder';
    notes.push(refused(`${path}.kube.workingDir`, message, 'Name the folder.'));
  }
  return notes;
}

/** Notes about processes that cannot share a pod as declared. */
export function podNotes(processes: readonly ResolvedProcess[], settings: PodSettings): PlanNote[] {
  const notes: PlanNote[] = [];
  const [first] = processes;
  const other = processes.find(({ restart }) => restart !== first?.restart);
  if (first !== undefined && other !== undefined && settings.restartPolicy === undefined) {
    const message = `is ${other.restart}, that of ${first.path} is ${first.restart}, and a pod has one restart policy for all`;
    const hint =
      'Make them the same, put the processes into groups of their own, or set kube.restartPolicy on the group.';
    notes.push(refused(`${other.path}.restart`, message, hint));
  }
  const longest = gracePeriod(processes);
  for (const { path, stop } of processes) {
    if (Math.max(1, Math.ceil(stop.timeout)) === longest) continue;
    const message = `not enforced: a pod has one timeout, and the longest of its processes, ${longest} s, counts`;
    notes.push({ verdict: 'not-enforced', path: `${path}.stop.timeout`, message });
  }
  return notes;
}

/** The grace period of a pod in whole seconds. At least 1, because 0 makes Kubernetes skip the wait for the end. */
export function gracePeriod(processes: readonly Pick<ResolvedProcess, 'stop'>[]): number {
  return Math.max(1, ...processes.map(({ stop }) => Math.ceil(stop.timeout)));
}

function refused(path: string, message: string, hint?: string): PlanNote {
  return { verdict: 'refused', path, message, ...(hint === undefined ? {} : { hint }) };
}
