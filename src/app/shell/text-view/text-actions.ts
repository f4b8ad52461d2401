import type { AppContext } from '../context/context.ts';
import { viewLines } from '../frame/view-lines.ts';
import type { Movement } from '../lists/cursor.ts';
import { clamp } from '../lists/window.ts';
import { bodyHeight } from '../store/layout.ts';
import { topView } from '../store/state.ts';
import type { ProcessView, TextScroll, TextView } from '../store/view-state.ts';
import { updateView } from '../store/view-updates.ts';
import { parsePattern } from '../text/pattern.ts';
import { matchingRows, textMargin, textRows } from './render-text.ts';

/** What scrolling depends on. */
interface Measures {
  readonly view: TextView | ProcessView;
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}

function measure(context: AppContext): Measures | undefined {
  const state = context.store.getState();
  const view = topView(state);
  if (view.kind !== 'text' && view.kind !== 'process') return undefined;
  return {
    view,
    lines: viewLines(state, view),
    width: state.size.columns - textMargin,
    height: bodyHeight(state.size),
  };
}

function setScroll(context: AppContext, change: (scroll: TextScroll) => TextScroll): void {
  for (const kind of ['text', 'process'] as const) {
    updateView(context.store, kind, (view) => ({ ...view, scroll: change(view.scroll) }));
  }
}

export function scrollText(context: AppContext, rows: number): void {
  const measures = measure(context);
  if (measures === undefined) return;
  const { lines, width, height } = measures;
  setScroll(context, (scroll) => {
    const most = Math.max(0, textRows(lines, width, scroll.wrap).rows.length - height);
    return { ...scroll, top: clamp(clamp(scroll.top, 0, most) + rows, 0, most) };
  });
}

export function moveInText(context: AppContext, movement: Movement): void {
  const page = bodyHeight(context.store.getState().size) - 1;
  const all = Number.MAX_SAFE_INTEGER / 4;
  const rows = { up: -1, down: 1, 'page-up': -page, 'page-down': page, top: -all, bottom: all }[movement];
  scrollText(context, rows);
}

export async function searchText(context: AppContext): Promise<void> {
  const set = (text: string) =>
    setScroll(context, (scroll) => ({ ...scroll, search: parsePattern(text), match: undefined }));
  const answer = await context.ask.text({ label: '/', changed: set });
  if (answer !== undefined && answer !== '') jumpToMatch(context, 1);
}

/** Jumps to the next (1) or the previous (-1) match, and wraps around. */
export function jumpToMatch(context: AppContext, step: 1 | -1): void {
  const measures = measure(context);
  if (measures === undefined) return;
  const { view, lines, width, height } = measures;
  const found = matchingRows(lines, view.scroll, width);
  if (found.length === 0) {
    if (view.scroll.search !== undefined) context.notify.info('Nothing matches.');
    return;
  }
  const { match, top } = view.scroll;
  const first = found.findIndex((row) => row >= top);
  const start = step === 1 ? Math.max(0, first) : found.length - 1;
  const next = match === undefined ? start : (match + step + found.length) % found.length;
  const row = found[next] ?? 0;
  const isVisible = row >= top && row < top + height;
  setScroll(context, (scroll) => ({
    ...scroll,
    match: next,
    top: isVisible ? top : Math.max(0, row - Math.floor(height / 2)),
  }));
}

export function toggleTextWrap(context: AppContext): void {
  setScroll(context, (scroll) => ({ ...scroll, wrap: !scroll.wrap, left: 0, match: undefined }));
}

const sideStep = 8;

export function moveTextSideways(context: AppContext, direction: 1 | -1): void {
  setScroll(context, (scroll) =>
    scroll.wrap ? scroll : { ...scroll, left: Math.max(0, scroll.left + direction * sideStep) },
  );
}
