import { SymphonyError } from '../../../engine/contract/errors.ts';
import { advise } from '../../../engine/text/advice.ts';
import { findExecutable } from '../../kit/programs/find-executable.ts';
import { runProgram } from '../../kit/programs/run-program.ts';
import { tmuxEnvironment } from './tmux-environment.ts';

export interface TmuxProgram {
  /** Absolute. */
  readonly path: string;
  /** As reported by tmux: `3.3a`. */
  readonly version: string;
}

/** The first version with all required features. */
const oldestVersion = [3, 2] as const;
const answerSeconds = 5;

const installHint = advise(
  (say) =>
    `Install tmux ${oldestVersion.join('.')} or newer, or use ${say.either('--backend local', "Cluster.new('local')")}.`,
);

/**
 * Finds tmux on this PATH.
 * @throws SymphonyError `backend-unavailable` if there is none, or it is too old, or it does not answer
 */
export async function findTmux(searchPath: string = process.env.PATH ?? ''): Promise<TmuxProgram> {
  const found = findExecutable('tmux', searchPath);
  if (found.kind !== 'found') {
    throw new SymphonyError('backend-unavailable', 'There is no tmux on the PATH.', {
      hint: installHint,
    });
  }
  const { path } = found;
  const { stdout, stderr } = await runProgram(path, ['-V'], { env: tmuxEnvironment(), seconds: answerSeconds });
  const version = /^tmux (\S+)/.exec(stdout)?.[1];
  if (version === undefined) {
    const message = (stdout + stderr).trim().split('\n')[0] ?? '';
    throw new SymphonyError('backend-unavailable', `${path} does not report its version: ${JSON.stringify(message)}.`);
  }
  if (isTooOld(version)) {
    throw new SymphonyError('backend-unavailable', `${path} is tmux ${version}, which is too old.`, {
      hint: installHint,
    });
  }
  return { path, version };
}

/** A version that does not begin with a number (`master`, `openbsd-7.5`) counts as new enough. */
export function isTooOld(version: string): boolean {
  const match = /^(?:next-)?(\d+)\.(\d+)/.exec(version);
  if (match === null) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major < oldestVersion[0] || (major === oldestVersion[0] && minor < oldestVersion[1]);
}
