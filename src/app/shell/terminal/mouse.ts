/** One mouse event; columns and rows count from 0. */
export interface MouseEvent {
  readonly kind: 'press' | 'release' | 'wheel-up' | 'wheel-down';
  readonly x: number;
  readonly y: number;
}

/** Reports presses and the wheel (mode 1000), in the encoding without a column limit (mode 1006). */
export const mouseOn = '\x1b[?1000h\x1b[?1006h';
export const mouseOff = '\x1b[?1006l\x1b[?1000l';

const report = /\x1b\[<(\d+);(\d+);(\d+)([Mm])/g;

/** Finds the mouse events in terminal input. Ignores movements, and buttons other than the first. */
export function parseMouse(data: string): MouseEvent[] {
  const events: MouseEvent[] = [];
  for (const [, code, column, row, end] of data.matchAll(report)) {
    const kind = eventKind(Number(code), end === 'M');
    if (kind !== undefined) events.push({ kind, x: Number(column) - 1, y: Number(row) - 1 });
  }
  return events;
}

const wheelBit = 64;
const motionBit = 32;
const modifierBits = 4 | 8 | 16;

function eventKind(code: number, isPress: boolean): MouseEvent['kind'] | undefined {
  const button = code & ~modifierBits;
  if (button & motionBit) return undefined;
  if (button === wheelBit) return 'wheel-up';
  if (button === wheelBit + 1) return 'wheel-down';
  if (button !== 0) return undefined;
  return isPress ? 'press' : 'release';
}
