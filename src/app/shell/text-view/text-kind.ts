import type { Targets, ViewAction, ViewKind } from '../context/context.ts';
import { experimentTargets } from '../context/targets.ts';
import type { ActionName, Binding, KeySection } from '../keys/binding.ts';
import { textSection } from '../keys/keymap.ts';
import type { Movement } from '../lists/cursor.ts';
import { bodyHeight } from '../store/layout.ts';
import type { AppState } from '../store/state.ts';
import type { TextView } from '../store/view.ts';
import { updateScroll } from '../store/view-updates.ts';
import { fileName } from '../text/file-name.ts';
import { patternText } from '../text/pattern.ts';
import { withoutColours } from '../text/sanitize.ts';
import { paint } from '../theme/theme.ts';
import { matchingRows, renderText, textMargin, textRows } from './render-text.ts';
import { jumpToMatch, moveInText, moveSideways, scrollText, searchText, toggleWrap } from './text-actions.ts';

/** What makes one text different from others. */
export interface TextDefinition<Own extends TextView> {
  readonly kind: Own['kind'];
  /** The section of its own keys, if it has any. */
  readonly section?: KeySection;
  /** The proposed name of a file with this text, before it is made safe for a path. */
  fileName(view: Own): string;
  path(state: AppState, view: Own): readonly string[];
  lines(state: AppState, view: Own): readonly string[];
  targets?(state: AppState, view: Own): Targets;
  /** All texts that depend on the time `now`, in milliseconds. */
  times?(state: AppState, view: Own, now: number): string;
  readonly actions?: Readonly<Record<ActionName, ViewAction<Own>>>;
  readonly offers?: ViewKind<Own>['offers'];
  readonly bindings?: readonly Binding[];
  readonly showsMetrics?: boolean;
}

/** Makes a kind of view of a text: scrolling, searching, copying, and rendering. */
export function textKind<Own extends TextView>(definition: TextDefinition<Own>): ViewKind<Own> {
  const { section, times = () => '' } = definition;
  const move =
    (movement: Movement): ViewAction<Own> =>
    (context) =>
      moveInText(context, definition, movement);
  return {
    kind: definition.kind,
    sections: section === undefined ? [textSection] : [section, textSection],
    bindings: definition.bindings ?? [],
    offers: definition.offers ?? {},
    showsMetrics: definition.showsMetrics ?? false,
    actions: {
      up: move('up'),
      down: move('down'),
      'page-up': move('page-up'),
      'page-down': move('page-down'),
      top: move('top'),
      bottom: move('bottom'),
      left: ({ store }) => moveSideways(store, -1),
      right: ({ store }) => moveSideways(store, 1),
      wrap: ({ store }) => toggleWrap(store),
      search: (context) => searchText(context, definition),
      'next-match': (context) => jumpToMatch(context, definition, 1),
      'previous-match': (context) => jumpToMatch(context, definition, -1),
      ...definition.actions,
    },
    path: definition.path,
    targets: definition.targets ?? ((_state, view) => experimentTargets(view)),
    times,
    render: (state, view) =>
      renderText(definition.lines(state, view), view.scroll, state.theme, state.size.columns, bodyHeight(state.size)),
    status(state, view) {
      const { scroll } = view;
      if (scroll.search === undefined) return { left: '', right: '' };
      const found = matchingRows(definition.lines(state, view), scroll, state.size.columns - textMargin).length;
      const at = scroll.match === undefined ? '' : `${scroll.match + 1} of `;
      const pattern = paint(state.theme, 'accent', `/${patternText(scroll.search)}`);
      return { left: '', right: `${pattern} ${paint(state.theme, 'dim', `${at}${found}`)}` };
    },
    back({ store }, { scroll }) {
      if (scroll.search === undefined) return false;
      updateScroll(store, (before) => ({ ...before, search: undefined, match: undefined }));
      return true;
    },
    scroll: (context, _view, rows) => scrollText(context, definition, rows),
    text: {
      fileName: (view) => fileName(definition.fileName(view), 'txt'),
      async *whole(state, view) {
        const lines = definition.lines(state, view).map(withoutColours);
        yield { lines, read: lines.length };
      },
      onScreen(state, view) {
        const lines = definition.lines(state, view);
        const { rows, starts } = textRows(lines, state.size.columns - textMargin, view.scroll.wrap);
        const { top } = view.scroll;
        const end = top + bodyHeight(state.size);
        return lines
          .filter((_, index) => (starts[index] ?? 0) < end && (starts[index + 1] ?? rows.length) > top)
          .map((line) => withoutColours(line).trimEnd());
      },
    },
  };
}
