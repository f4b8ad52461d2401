import type { AppContext } from '../shell/context/context.ts';
import { helpSections } from '../shell/keys/help-sections.ts';
import { keyContexts } from '../shell/store/key-contexts.ts';
import { topView } from '../shell/store/state.ts';
import { startOfText } from '../shell/store/view-state.ts';
import { pushView } from '../shell/store/view-updates.ts';
import { paint } from '../shell/theme/theme.ts';
import { helpDocument } from '../views/help/help-document.ts';

const helpTitle = 'help';
const messagesTitle = 'messages';

/** Shows the keys of the view, from the keymap. */
export function openHelp({ store, options }: AppContext): void {
  const state = store.getState();
  const view = topView(state);
  if (view.kind === 'text' && view.title === helpTitle) return;
  const sections = helpSections(state.bindings, keyContexts(state), state.cluster?.capabilities);
  const lines = helpDocument(sections, options.version, state.theme);
  pushView(store, { kind: 'text', title: helpTitle, lines, scroll: startOfText });
}

/** Shows the messages of all toasts, newest last. */
export function openMessages({ store }: AppContext): void {
  const { messages, theme } = store.getState();
  const roles = { good: 'good', info: 'accent', warning: 'warning', error: 'bad' } as const;
  const lines = messages.map(({ kind, message, hint, time }) => {
    const clock = new Date(time).toTimeString().slice(0, 8);
    return `  ${paint(theme, 'dim', clock)} ${paint(theme, roles[kind], message)} ${hint ?? ''}`;
  });
  const shown = lines.length === 0 ? ['', paint(theme, 'dim', '  No messages yet.')] : lines;
  pushView(store, { kind: 'text', title: messagesTitle, lines: shown, scroll: startOfText });
}
