import type { SpecLevel } from '../../../engine/contract/backend-definition.ts';
import type { PlanNote } from '../../../engine/contract/plan.ts';
import type { ResolvedExperiment } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { shortHash } from '../../../engine/text/short-hash.ts';
import type { BuildInput, DockerSection } from './section-types.ts';

/** An image that a process uses, and that is built before the launch. */
export interface DeclaredBuild {
  /** Builds of the same key are one. */
  readonly key: string;
  /** The place in the spec: `processes.agent.docker.build`. */
  readonly path: string;
  /** Whether only the folder is written there. */
  readonly isShort: boolean;
  /** The name that the spec gives the image; undefined for one that Symphony names. */
  readonly image: string | undefined;
  /** The names of the parts of the experiment that the image is for: none, a group, a process, or both. */
  readonly parts: readonly string[];
  /** Absolute. */
  readonly context: string;
  /** Relative to the context, or absolute. */
  readonly dockerfile: string;
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
}

const defaultDockerfile = 'Dockerfile';

interface Level {
  readonly path: readonly string[];
  readonly image: string | undefined;
  readonly build: DockerSection['build'];
}

/**
 * The build of a process's image; undefined if its image is not built. The innermost level of the spec that names an image
 * or a build decides; where it names both, the built image gets that name.
 * @param path of the process in the spec
 * @param sections the valid ones of the experiment, the group and the process
 */
export function declaredBuild(
  { spec }: ResolvedExperiment,
  path: string,
  sections: Readonly<Record<SpecLevel, DockerSection>>,
): DeclaredBuild | undefined {
  const levels = levelsOf(spec, path.split('.'), sections);
  const level = levels.findLast(({ image, build }) => image !== undefined || build !== undefined);
  if (level?.build === undefined) return undefined;
  const isShort = typeof level.build === 'string';
  const input: BuildInput = typeof level.build === 'string' ? { context: level.build } : level.build;
  const { context, dockerfile = defaultDockerfile, target, args: values = {} } = input;
  const args = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
  return {
    key: shortHash(JSON.stringify([context, dockerfile, target ?? null, Object.entries(args).sort()])),
    path: [...level.path, 'docker', 'build'].join('.'),
    isShort,
    image: level.image,
    parts: level.path.filter((_, index) => index % 2 === 1),
    context,
    dockerfile,
    ...(target === undefined ? {} : { target }),
    args,
  };
}

/** The parts of the spec that a process inherits from, from the outermost to its own. */
function levelsOf(
  spec: ResolvedExperiment['spec'],
  path: readonly string[],
  sections: Readonly<Record<SpecLevel, DockerSection>>,
): Level[] {
  const [kind, name = '', , memberName = ''] = path;
  const group = kind === 'groups' ? spec.groups[name] : undefined;
  const member = group === undefined ? spec.processes[name] : group.processes[memberName];
  return [
    { path: [], image: spec.image, build: sections.experiment.build },
    ...(group === undefined ? [] : [{ path: path.slice(0, 2), image: group.image, build: sections.group.build }]),
    { path, image: member?.image, build: sections.process.build },
  ];
}

/** Notes that refuse builds that would give different images one name. */
export function refuseSharedNames(builds: readonly DeclaredBuild[]): PlanNote[] {
  const first = new Map<string, DeclaredBuild>();
  const notes = new Map<string, PlanNote>();
  for (const build of builds) {
    if (build.image === undefined) continue;
    const other = first.get(build.image);
    if (other === undefined) first.set(build.image, build);
    else if (other.key !== build.key) {
      const message = `builds ${build.image}, as ${other.path} does from something else`;
      const hint = 'Give them different images, or none.';
      notes.set(build.path, { verdict: 'refused', path: build.path, message, hint });
    }
  }
  return [...notes.values()];
}
