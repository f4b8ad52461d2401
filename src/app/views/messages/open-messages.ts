import type { AppContext } from '../../shell/context/context.ts';
import { openDocument } from '../../shell/text-view/document-view.ts';
import { paint } from '../../shell/theme/theme.ts';

const roles = { good: 'good', info: 'accent', warning: 'warning', error: 'bad' } as const;

/** Shows the messages of all toasts, newest last. */
export function openMessages(context: AppContext): void {
  const { messages, theme } = context.store.getState();
  const lines = messages.map(({ kind, message, hint, time }) => {
    const clock = new Date(time).toTimeString().slice(0, 8);
    return `  ${paint(theme, 'dim', clock)} ${paint(theme, roles[kind], message)} ${hint ?? ''}`;
  });
  const shown = lines.length === 0 ? ['', paint(theme, 'dim', '  No messages yet.')] : lines;
  openDocument(context, { kind: 'messages', title: 'messages', lines: shown });
}
