import { preambleLines } from './preamble-script.ts';

/** How a process is started. */
export interface CommandToRun {
  /** The argv of the shell, without `-c`. */
  readonly shell: readonly string[];
  readonly preamble: readonly string[];
  /** A string runs in the shell, a list is an argv. */
  readonly command: string | readonly string[];
}

/**
 * The argv that runs a command after its preamble, in one shell if there is a preamble or a shell command.
 * @param progressFile where the shell writes down how far the preamble is; see `parseProgress`
 */
export function commandLine({ shell, preamble, command }: CommandToRun, progressFile?: string): readonly string[] {
  if (preamble.length === 0) return shellCommand(shell, command);
  const before = preambleLines(preamble, progressFile).join('\n');
  if (typeof command === 'string') return [...shell, '-c', `${before}\n${command}`];
  return [...shell, '-c', `${before}\nexec "$@"`, 'sh', ...command];
}

/** The argv that runs a command without the preamble of a process. */
export function shellCommand(shell: readonly string[], command: string | readonly string[]): readonly string[] {
  return typeof command === 'string' ? [...shell, '-c', command] : command;
}
