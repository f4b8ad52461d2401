import type { PlanNote } from '../../../engine/contract/plan.ts';
import type { BackendSection } from '../../../engine/spec/experiment-spec.ts';
import { formatPath } from '../../../engine/spec/problem.ts';
import type { ResolvedExperiment, ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { problemsOf } from '../../../engine/spec/schema/shape-problems.ts';
import { type DockerLevel, dockerSectionSchema } from './docker-section.ts';
import { dockerSettings } from './docker-settings.ts';
import type { DockerSection, DockerSettings } from './section-types.ts';

/** An experiment with what its `docker:` sections say. */
export interface DockerExperiment {
  readonly resolved: ResolvedExperiment;
  /** An existing network that it uses; undefined for one of its own. */
  readonly network?: string;
  readonly processes: readonly DockerProcess[];
  readonly notes: readonly PlanNote[];
}

export interface DockerProcess {
  readonly resolved: ResolvedProcess;
  readonly settings: DockerSettings;
}

/** Checks the sections of an experiment, and merges them for each process. Problems become notes that refuse. */
export function toDockerExperiment(resolved: ResolvedExperiment): DockerExperiment {
  const notes = new Map<string, PlanNote>();
  const note = (path: string, message: string, hint?: string) =>
    notes.set(path, { verdict: 'refused', path, message, ...(hint === undefined ? {} : { hint }) });
  const checked = new Map<BackendSection, DockerSection | undefined>();
  const check = (section: BackendSection | undefined, level: DockerLevel, path: string): DockerSection => {
    if (section === undefined) return {};
    if (!checked.has(section)) {
      const problems = problemsOf(dockerSectionSchema(level), section);
      for (const problem of problems) note(`${path}.${formatPath(problem.path)}`, problem.message);
      checked.set(section, problems.length === 0 ? section : undefined);
    }
    return checked.get(section) ?? {};
  };
  const own = check(resolved.sections.docker, 'experiment', 'docker');
  const processes = resolved.processes.map((resolvedProcess) => {
    const { path, sections, groupSections } = resolvedProcess;
    const groupPath = path.replace(/\.processes\.[^.]+$/, '');
    const settings = dockerSettings({
      experiment: own,
      group: check(groupSections.docker, 'group', `${groupPath}.docker`),
      process: check(sections.docker, 'process', `${path}.docker`),
    });
    if (resolvedProcess.image === null)
      note(`${path}.image`, 'is missing; a container needs an image, such as python:3.13-slim');
    return { resolved: resolvedProcess, settings };
  });
  return {
    resolved,
    ...(own.network === undefined ? {} : { network: own.network }),
    processes,
    notes: [...notes.values()],
  };
}
