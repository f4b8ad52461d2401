import type { AppState } from './state.ts';

/** Where the experiments on the screen are, in words: the backend. */
export function placeOf({ cluster }: Pick<AppState, 'cluster'>): string {
  return cluster?.backend ?? 'no backend';
}
