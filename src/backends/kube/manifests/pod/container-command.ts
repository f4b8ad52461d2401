import type { ResolvedProcess } from '../../../../engine/spec/resolve/resolved-experiment.ts';
import { commandLine } from '../../../kit/programs/command-line.ts';

/**
 * The argv of a container. Kubernetes keeps stdout and stderr apart and loses the order of their lines, so a command
 * that runs in a shell anyway sends both to stdout.
 */
export function containerCommand({
  preamble,
  command,
  tty,
}: Pick<ResolvedProcess, 'preamble' | 'command' | 'tty'>): readonly string[] {
  const argv = commandLine(preamble, command);
  if (tty || argv === command) return argv;
  const [shell = '', option = '', script = '', ...rest] = argv;
  return [shell, option, `exec 2>&1; ${script}`, ...rest];
}

/**
 * Escapes text so that Kubernetes does not expand `$(NAME)` and `$$` in it: in commands, arguments, probes and values
 * of variables.
 */
export function literal(text: string): string {
  return text.replace(/\$(?=[$(])/g, '$$$$');
}
