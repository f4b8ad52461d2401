/** The part of a list that is on the screen. */
export interface Window {
  /** Index of the first visible row. */
  readonly top: number;
  /** Index after the last visible row. */
  readonly end: number;
}

/**
 * Moves a window as little as possible so that it contains the cursor and has no empty rows at the end.
 * @param top the window's previous first row
 * @param cursor index of the selected row
 */
export function moveWindow(top: number, cursor: number, count: number, height: number): Window {
  if (count <= 0 || height <= 0) return { top: 0, end: 0 };
  const selected = clamp(cursor, 0, count - 1);
  const highest = Math.max(0, count - height);
  const moved = clamp(clamp(top, selected - height + 1, selected), 0, highest);
  return { top: moved, end: Math.min(count, moved + height) };
}

/** Limits `value` to the range from `low` to `high`. */
export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

/** A scroll bar's thumb on a track of `height` rows, or null if everything is visible. */
export function scrollThumb(window: Window, count: number, height: number): { start: number; size: number } | null {
  if (count <= height || height <= 0) return null;
  const size = clamp(Math.round((height * height) / count), 1, height);
  const start = Math.round((window.top / (count - height)) * (height - size));
  return { start: clamp(start, 0, height - size), size };
}
