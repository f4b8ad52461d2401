import { collectProgram } from '../programs/collect-program.ts';
import { findExecutable } from '../programs/find-executable.ts';

/** A tmux that does not answer for so long is given up. */
const maxSeconds = 3;
const maxOutputBytes = 4096;

/**
 * Whether the tmux around this program passes escape sequences on to its terminal. Before tmux 3.3, which made this an
 * option that is off, every tmux did. Never rejects; a tmux that cannot be asked does not.
 * @param environment of a program in a pane
 */
export async function tmuxPassesThrough(
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<boolean> {
  const found = findExecutable('tmux', environment.PATH ?? '');
  if (found.kind !== 'found') return false;
  const pane = environment.TMUX_PANE ? ['-t', environment.TMUX_PANE] : [];
  const env = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const options = { env, cwd: '/', input: '', seconds: maxSeconds, signal, maxOutputBytes, endsWithThisProcess: true };
  try {
    const args = ['show-options', '-Aqvp', ...pane, 'allow-passthrough'];
    const { how, exitCode, stdout } = await collectProgram(found.path, args, options);
    return how === 'exited' && exitCode === 0 && ['', 'on', 'all'].includes(stdout.trim());
  } catch {
    return false;
  }
}
