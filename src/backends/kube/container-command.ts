import type { ResolvedProcess } from '../../engine/spec/resolved-experiment.ts';
import { commandLine } from '../machine/launch-file.ts';

/**
 * The argv of a container. Kubernetes keeps two outputs apart, and so mixes up which line came first: where a shell
 * runs anyway it makes one of them, as they are elsewhere.
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
