import type { AppContext } from '../../shell/context/context.ts';
import { sectionsOf } from '../../shell/context/create-registry.ts';
import { helpSections } from '../../shell/keys/help-sections.ts';
import { topView } from '../../shell/store/state.ts';
import { openDocument } from '../../shell/text-view/document-view.ts';
import { helpDocument } from './help-document.ts';

/** Shows the keys of the view on the screen, from the keymap. */
export function openHelp(context: AppContext): void {
  const { store, options, views } = context;
  const state = store.getState();
  const sections = sectionsOf(views.kindOf(topView(state)));
  const shown = helpSections(state.bindings, sections, state.cluster?.capabilities);
  const lines = helpDocument(shown, options.version, state.theme);
  openDocument(context, { kind: 'help', title: 'help', lines });
}
