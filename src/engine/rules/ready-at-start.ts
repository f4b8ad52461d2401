import type { ResolvedProcess } from '../spec/resolve/resolved-experiment.ts';

/** Whether a run is ready once it exists. With a preamble it is not, because the preamble may fail. */
export function isReadyAtStart({ ready, preamble }: Pick<ResolvedProcess, 'ready' | 'preamble'>): boolean {
  return ready.kind === 'started' && preamble.length === 0;
}
