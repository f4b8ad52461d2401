import type { Pattern } from './pattern.ts';

/** The position in a text, and its search. */
export interface TextScroll {
  /** The index of the first row on the screen, after wrapping. */
  readonly top: number;
  readonly left: number;
  readonly wrap: boolean;
  readonly search: Pattern | undefined;
  /** The index of the current match. */
  readonly match: number | undefined;
}

export const startOfText: TextScroll = { top: 0, left: 0, wrap: true, search: undefined, match: undefined };
