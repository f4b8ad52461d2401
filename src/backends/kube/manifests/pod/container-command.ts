import { commandLine } from '../../../../engine/shell/command-line.ts';
import type { ResolvedProcess } from '../../../../engine/spec/resolve/resolved-experiment.ts';

/**
 * Where a preamble writes down how far it is. Each run of a container has a file of its own here, which everybody may
 * write, and its content at the end of the run is in the status of the container.
 */
export const progressFile = '/dev/termination-log';

/**
 * The argv of a container. Kubernetes keeps stdout and stderr apart and loses the order of their lines, so a command
 * that runs in a shell anyway sends both to stdout.
 */
export function containerCommand(
  resolvedProcess: Pick<ResolvedProcess, 'shell' | 'preamble' | 'command' | 'tty'>,
): readonly string[] {
  const { shell, command, tty } = resolvedProcess;
  const argv = commandLine(resolvedProcess, progressFile);
  if (tty || argv === command) return argv;
  // The script follows the shell's options and -c.
  const position = shell.length + 1;
  return argv.map((word, index) => (index === position ? `exec 2>&1; ${word}` : word));
}

/**
 * Escapes text so that Kubernetes does not expand `$(NAME)` and `$$` in it: in commands, arguments, probes and values
 * of variables.
 */
export function literal(text: string): string {
  return text.replace(/\$(?=[$(])/g, '$$$$');
}
