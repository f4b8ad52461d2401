import type { TerminalSize } from './state.ts';

/** A smaller terminal has no room for the layout. */
export const minimumSize: TerminalSize = { columns: 40, rows: 10 };

export function isTooSmall(size: TerminalSize): boolean {
  return size.columns < minimumSize.columns || size.rows < minimumSize.rows;
}

/** Rows of the path and its rule above a view. */
export const headerHeight = 2;
/** Rows of the status line and the keys below it. */
export const footerHeight = 2;
/** Rows of the titles above a list. */
export const titleHeight = 1;

export function bodyHeight(size: TerminalSize): number {
  return Math.max(1, size.rows - headerHeight - footerHeight);
}

export function listHeight(size: TerminalSize): number {
  return Math.max(1, bodyHeight(size) - titleHeight);
}
