import type { ResolvedProcess } from '../../../../engine/spec/resolve/resolved-experiment.ts';
import { containerCommand as commandInContainer } from '../../../kit/programs/container-command.ts';

/**
 * Where a preamble writes down how far it is. Each run of a container has a file of its own here, which everybody may
 * write, and its content at the end of the run is in the status of the container.
 */
export const progressFile = '/dev/termination-log';

/** The argv of a container. */
export function containerCommand(
  resolvedProcess: Pick<ResolvedProcess, 'shell' | 'preamble' | 'command' | 'tty'>,
): readonly string[] {
  return commandInContainer(resolvedProcess, progressFile);
}

/**
 * Escapes text so that Kubernetes does not expand `$(NAME)` and `$$` in it: in commands, arguments, probes and values
 * of variables.
 */
export function literal(text: string): string {
  return text.replace(/\$(?=[$(])/g, '$$$$');
}
