import { createRequire } from 'node:module';
import type { PlanNote } from '../../engine/contract/plan.ts';
import type { ResolvedExperiment } from '../../engine/spec/resolve/resolved-experiment.ts';

/**
 * Refuses terminals where the optional package for them is not installed. Each declaration has one note, independent of its
 * number of replicas.
 * @param hasTerminals whether a terminal can be opened here
 */
export function checkTerminals(
  { processes }: Pick<ResolvedExperiment, 'processes'>,
  hasTerminals: () => boolean = canLoadTerminals,
): readonly PlanNote[] {
  const paths = new Set(processes.filter(({ tty }) => tty).map(({ path }) => `${path}.tty`));
  if (paths.size === 0 || hasTerminals()) return [];
  return [...paths].map((path) => ({
    verdict: 'refused',
    path,
    message: 'the optional package node-pty, which opens terminals, is not installed or does not work on this platform',
    hint: 'Install Symphony with its optional dependencies, or use the backend tmux.',
  }));
}

function canLoadTerminals(): boolean {
  try {
    createRequire(import.meta.url)('node-pty');
    return true;
  } catch {
    return false;
  }
}
