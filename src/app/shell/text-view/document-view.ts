import type { Actions, AppContext, ViewKind } from '../context/context.ts';
import type { ActionName } from '../keys/binding.ts';
import { experimentName } from '../status/place.ts';
import type { TextView } from '../store/view.ts';
import { pushView } from '../store/view-updates.ts';
import { startOfText } from '../text/text-scroll.ts';
import { textKind } from './text-kind.ts';

/** A text that does not change: a spec, help, the output of a command. */
export interface DocumentView extends TextView {
  readonly title: string;
  readonly lines: readonly string[];
}

/** The path in the header of a view with a title: its experiment, if it shows one, and the title. */
export function titledPath(
  state: Parameters<typeof experimentName>[0],
  { experiment, title }: Pick<DocumentView, 'experiment' | 'title'>,
): readonly string[] {
  return experiment === undefined ? [title] : [experimentName(state, experiment), title];
}

/**
 * Makes a kind of view of a text that does not change.
 * @param offers how it opens
 * @param ignored actions that do nothing in it, such as opening it again
 */
export function documentKind(
  kind: string,
  offers: Actions = {},
  ignored: readonly ActionName[] = [],
): ViewKind<DocumentView> {
  return textKind<DocumentView>({
    kind,
    fileName: ({ title }) => title,
    path: titledPath,
    lines: (_state, { lines }) => lines,
    offers,
    actions: Object.fromEntries(ignored.map((action) => [action, () => {}])),
  });
}

/** Opens a text. `wrap` says whether long lines are wrapped, which they are by default. */
export function openDocument(
  { store }: Pick<AppContext, 'store'>,
  document: Omit<DocumentView, 'scroll'>,
  wrap = true,
): void {
  pushView<DocumentView>(store, { ...document, scroll: { ...startOfText, wrap } });
}
