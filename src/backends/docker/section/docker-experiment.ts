import type { PlanNote } from '../../../engine/contract/plan.ts';
import type { BackendSection } from '../../../engine/spec/experiment-spec.ts';
import { formatPath } from '../../../engine/spec/problem.ts';
import type { ResolvedExperiment, ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { problemsOf } from '../../../engine/spec/schema/shape-problems.ts';
import { type DeclaredBuild, declaredBuild, refuseSharedNames } from './declared-builds.ts';
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
  /** Undefined if its image is not built. */
  readonly build?: DeclaredBuild;
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
  const builds = new Map<string, DeclaredBuild>();
  const processes = resolved.processes.map((resolvedProcess): DockerProcess => {
    const { path, sections, groupSections } = resolvedProcess;
    const groupPath = path.replace(/\.processes\.[^.]+$/, '');
    const levels = {
      experiment: own,
      group: check(groupSections.docker, 'group', `${groupPath}.docker`),
      process: check(sections.docker, 'process', `${path}.docker`),
    };
    const settings = dockerSettings(levels);
    const build = declaredBuild(resolved, path, levels);
    // A build that was refused would have given it one.
    const isBuilt = [sections.docker, groupSections.docker, resolved.sections.docker].some((section) => section?.build);
    if (resolvedProcess.image === null && !isBuilt)
      note(`${path}.image`, 'is missing; a container needs an image, such as python:3.13-slim, or docker.build');
    if (build === undefined) return { resolved: resolvedProcess, settings };
    // The first of several that are the same gives the image its name.
    const { parts } = builds.get(build.key) ?? build;
    if (!builds.has(build.key)) builds.set(build.key, build);
    return { resolved: resolvedProcess, settings, build: { ...build, parts } };
  });
  for (const refusal of refuseSharedNames(processes.flatMap(({ build = [] }) => build)))
    notes.set(refusal.path, refusal);
  return {
    resolved,
    ...(own.network === undefined ? {} : { network: own.network }),
    processes,
    notes: [...notes.values()],
  };
}
