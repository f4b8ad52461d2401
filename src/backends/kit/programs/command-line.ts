/** How a process is started. */
export interface CommandToRun {
  /** The argv of the shell, without `-c`. */
  readonly shell: readonly string[];
  readonly preamble: readonly string[];
  /** A string runs in the shell, a list is an argv. */
  readonly command: string | readonly string[];
}

/** The argv that runs a command after its preamble, in one shell if there is a preamble or a shell command. */
export function commandLine({ shell, preamble, command }: CommandToRun): readonly string[] {
  if (preamble.length === 0) return shellCommand(shell, command);
  // If the preamble fails, the process must not start in the wrong environment.
  const before = ['set -e', ...preamble, 'set +e'].join('\n');
  if (typeof command === 'string') return [...shell, '-c', `${before}\n${command}`];
  return [...shell, '-c', `${before}\nexec "$@"`, 'sh', ...command];
}

/** The argv that runs a command without the preamble of a process. */
export function shellCommand(shell: readonly string[], command: string | readonly string[]): readonly string[] {
  return typeof command === 'string' ? [...shell, '-c', command] : command;
}
