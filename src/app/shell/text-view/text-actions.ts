import type { StoreApi } from 'zustand/vanilla';
import type { AppContext } from '../context/context.ts';
import type { Movement } from '../lists/cursor.ts';
import { clamp } from '../lists/window.ts';
import { bodyHeight } from '../store/layout.ts';
import { type AppState, topView } from '../store/state.ts';
import { isOfKind, type TextView } from '../store/view.ts';
import { updateScroll } from '../store/view-updates.ts';
import { parsePattern } from '../text/pattern.ts';
import { matchingRows, textMargin, textRows } from './render-text.ts';

/** How to find the lines of a view. They depend on the state, which may change while an action waits for the user. */
export interface LineSource<Own extends TextView> {
  readonly kind: Own['kind'];
  lines(state: AppState, view: Own): readonly string[];
}

/** A text on the screen, and its measures in rows and columns of the terminal. */
interface ShownText {
  readonly scroll: TextView['scroll'];
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}

/** Undefined if another view is on the screen. */
function shownText<Own extends TextView>(state: AppState, source: LineSource<Own>): ShownText | undefined {
  const view = topView(state);
  if (!isOfKind<Own>(source.kind)(view)) return undefined;
  return {
    scroll: view.scroll,
    lines: source.lines(state, view),
    width: state.size.columns - textMargin,
    height: bodyHeight(state.size),
  };
}

export function scrollText<Own extends TextView>({ store }: AppContext, source: LineSource<Own>, rows: number): void {
  const text = shownText(store.getState(), source);
  if (text === undefined) return;
  const { lines, width, height } = text;
  updateScroll(store, (scroll) => {
    const most = Math.max(0, textRows(lines, width, scroll.wrap).rows.length - height);
    return { ...scroll, top: clamp(clamp(scroll.top, 0, most) + rows, 0, most) };
  });
}

export function moveInText<Own extends TextView>(
  context: AppContext,
  source: LineSource<Own>,
  movement: Movement,
): void {
  const page = bodyHeight(context.store.getState().size) - 1;
  const all = Number.MAX_SAFE_INTEGER / 4;
  const rows = { up: -1, down: 1, 'page-up': -page, 'page-down': page, top: -all, bottom: all }[movement];
  scrollText(context, source, rows);
}

/** Asks for a pattern, searches while it is typed, and jumps to the first match. */
export async function searchText<Own extends TextView>(context: AppContext, source: LineSource<Own>): Promise<void> {
  const set = (text: string) =>
    updateScroll(context.store, (scroll) => ({ ...scroll, search: parsePattern(text), match: undefined }));
  const answer = await context.ask.text({ label: '/', changed: set });
  if (answer !== undefined && answer !== '') jumpToMatch(context, source, 1);
}

/** Jumps to the next (1) or the previous (-1) match, and wraps around. */
export function jumpToMatch<Own extends TextView>(
  { store, notify }: AppContext,
  source: LineSource<Own>,
  step: 1 | -1,
): void {
  const text = shownText(store.getState(), source);
  if (text === undefined) return;
  const { scroll, lines, width, height } = text;
  const found = matchingRows(lines, scroll, width);
  if (found.length === 0) {
    if (scroll.search !== undefined) notify.info('Nothing matches.');
    return;
  }
  const { match, top } = scroll;
  const first = found.findIndex((row) => row >= top);
  const start = step === 1 ? Math.max(0, first) : found.length - 1;
  const next = match === undefined ? start : (match + step + found.length) % found.length;
  const row = found[next] ?? 0;
  const isVisible = row >= top && row < top + height;
  updateScroll(store, (before) => ({
    ...before,
    match: next,
    top: isVisible ? top : Math.max(0, row - Math.floor(height / 2)),
  }));
}

export function toggleWrap(store: StoreApi<AppState>): void {
  updateScroll(store, (scroll) => ({ ...scroll, wrap: !scroll.wrap, left: 0, match: undefined }));
}

/** How many columns one press of a key scrolls sideways. */
const sideStep = 8;

export function moveSideways(store: StoreApi<AppState>, direction: 1 | -1): void {
  updateScroll(store, (scroll) =>
    scroll.wrap ? scroll : { ...scroll, left: Math.max(0, scroll.left + direction * sideStep) },
  );
}
