import { commandLine } from '../../../engine/shell/command-line.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';

/**
 * The argv of a container. Container runtimes keep stdout and stderr apart and lose the order of their lines, so a command
 * that runs in a shell anyway sends both to stdout.
 * @param progressFile where a preamble writes down how far it is
 */
export function containerCommand(
  resolvedProcess: Pick<ResolvedProcess, 'shell' | 'preamble' | 'command' | 'tty'>,
  progressFile: string,
): readonly string[] {
  const { shell, command, tty } = resolvedProcess;
  const argv = commandLine(resolvedProcess, progressFile);
  if (tty || argv === command) return argv;
  // The script follows the shell's options and -c.
  const position = shell.length + 1;
  return argv.map((word, index) => (index === position ? `exec 2>&1; ${word}` : word));
}
