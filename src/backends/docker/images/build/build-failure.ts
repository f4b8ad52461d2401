import { SymphonyError } from '../../../../engine/contract/errors.ts';
import { suggestion } from '../../../../engine/text/suggestion.ts';
import type { DeclaredBuild } from '../../section/declared-builds.ts';
import { explainImageRefusal } from '../explain-refusal.ts';
import type { BuildStep } from './build-progress.ts';

export interface FailedBuild {
  readonly build: DeclaredBuild;
  /** The name of the image. */
  readonly image: string;
  /** The path of the Dockerfile on this machine, and its text. */
  readonly dockerfilePath: string;
  readonly dockerfileText: string;
  /** What the engine said. */
  readonly said: string;
  readonly step: BuildStep | undefined;
}

/** What Docker's builders and Podman say of a target that the Dockerfile does not have. */
const unknownTarget = /build target .* in Dockerfile|target stage .* could not be found|target .* not found/i;

/** What BuildKit puts before the reason of a failure. */
const wrapping = /^(failed to solve( with frontend [\w.]+)?: |failed to create LLB definition: )+/;

/** The error for a build that an engine could not carry out. It names the step, its command and its last output. */
export function buildFailure({ build, image, dockerfilePath, dockerfileText, said, step }: FailedBuild): SymphonyError {
  const { target, path } = build;
  if (target !== undefined && unknownTarget.test(said)) {
    const hint = suggestion(target, stagesOf(dockerfileText)) ?? 'No stage of it has a name: FROM image AS name.';
    return new SymphonyError('invalid-spec', `${path}.target: ${dockerfilePath} has no stage ${target}.`, { hint });
  }
  const { why, hint = `Its Dockerfile is ${dockerfilePath} (${path}).` } = explainImageRefusal(
    said.replace(wrapping, ''),
  );
  const where =
    step === undefined ? '' : step.number === undefined ? step.command : `step ${step.number}, ${step.command},`;
  const output = step?.output ?? [];
  const lines =
    output.length === 0 ? '' : `\nThe last lines of that step:\n${output.map((line) => `  ${line}`).join('\n')}`;
  return new SymphonyError(
    'failed',
    `The image ${image} cannot be built: ${where === '' ? '' : `${where} failed: `}${why}.${lines}`,
    { hint },
  );
}

/** The names of the stages of a Dockerfile. */
export function stagesOf(dockerfile: string): string[] {
  const instructions = dockerfile.replace(/^\s*#.*\n/gm, '').replace(/\\[ \t]*\r?\n/g, ' ');
  return [...instructions.matchAll(/^\s*FROM\s+.+\s+AS\s+(\S+)\s*$/gim)].map(([, name = '']) => name);
}
