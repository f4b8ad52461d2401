import { footerHeight } from '../store/layout.ts';
import type { TerminalSize } from '../store/state.ts';
import type { Toast } from '../store/toasts.ts';
import { pad } from '../text/pad.ts';
import { sanitizeLine } from '../text/sanitize.ts';
import { textWidth } from '../text/width.ts';
import { wrapWords } from '../text/wrap.ts';
import { paint, type Role, type Theme } from '../theme/theme.ts';
import type { RenderedBox } from './render-overlay.ts';

const toastStyles = {
  good: { sign: '✓', role: 'good' },
  info: { sign: '·', role: 'accent' },
  warning: { sign: '▲', role: 'warning' },
  error: { sign: '✗', role: 'bad' },
} as const satisfies Record<Toast['kind'], { sign: string; role: Role }>;

const maxWidth = 72;

/** The current toasts, at the bottom right, newest at the bottom. */
export function renderToasts(toasts: readonly Toast[], size: TerminalSize, theme: Theme): RenderedBox | undefined {
  if (toasts.length === 0) return undefined;
  const width = Math.min(maxWidth, size.columns - 8);
  const rows = toasts.flatMap(({ kind, message, hint }) => {
    const { sign, role } = toastStyles[kind];
    const lines = message.split('\n').flatMap((line) => wrapWords(sanitizeLine(line).plain, width));
    const hints = (hint ?? '').split('\n').flatMap((line) => wrapWords(sanitizeLine(line).plain, width));
    return [
      ...lines.map((line, index) => ({ sign: index === 0 ? sign : ' ', role, line, isHint: false })),
      ...hints.filter((line) => line !== '').map((line) => ({ sign: ' ', role, line, isHint: true })),
    ];
  });
  const shown = rows.slice(-(size.rows - 6));
  const inner = Math.max(...shown.map(({ line }) => textWidth(line)));
  return {
    left: size.columns - inner - 6,
    top: Math.max(0, size.rows - footerHeight - shown.length),
    rows: shown.map(
      ({ sign, role, line, isHint }) =>
        `${paint(theme, role, '▌')} ${paint(theme, role, sign)} ${isHint ? paint(theme, 'dim', pad(line, inner)) : pad(line, inner)} `,
    ),
  };
}
