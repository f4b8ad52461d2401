/** The argv that runs a command after its preamble, in one shell if there is a preamble or a shell command. */
export function commandLine(preamble: readonly string[], command: string | readonly string[]): readonly string[] {
  if (preamble.length === 0) return typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
  // If the preamble fails, the process must not start in the wrong environment.
  const before = ['set -e', ...preamble, 'set +e'].join('\n');
  if (typeof command === 'string') return ['/bin/sh', '-c', `${before}\n${command}`];
  return ['/bin/sh', '-c', `${before}\nexec "$@"`, 'sh', ...command];
}
