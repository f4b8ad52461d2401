import type { AppContext } from '../context/context.ts';
import { perform } from '../context/perform.ts';
import { topView } from '../store/state.ts';
import type { MouseEvent } from '../terminal/mouse.ts';

/** Rows per notch of the wheel. */
const wheelStep = 3;
/** The longest time between the two clicks of a double click. */
const doubleClickMilliseconds = 400;

/** Handles the mouse: the wheel scrolls, a click selects, a double click opens, a click on a title sorts. */
export function createMouseHandler(context: AppContext): (event: MouseEvent) => void {
  let lastClick: { readonly row: number; readonly time: number } | undefined;

  return (event) => {
    const state = context.store.getState();
    if (!state.mouse || state.overlays.length > 0) return;
    const view = topView(state);
    const kind = context.views.kindOf(view);
    if (event.kind === 'wheel-up') kind.scroll(context, view, -wheelStep);
    else if (event.kind === 'wheel-down') kind.scroll(context, view, wheelStep);
    else if (event.kind === 'press') {
      const row = kind.press?.(context, view, event);
      if (row === undefined) return;
      const now = performance.now();
      const isSecond = lastClick?.row === row && now - lastClick.time < doubleClickMilliseconds;
      lastClick = isSecond ? undefined : { row, time: now };
      if (isSecond) void perform(context, 'open');
    }
  };
}
