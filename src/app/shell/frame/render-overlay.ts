import { clamp } from '../lists/window.ts';
import type { Overlay } from '../store/overlays.ts';
import type { TerminalSize } from '../store/state.ts';
import { pad, truncate } from '../text/pad.ts';
import { textWidth } from '../text/width.ts';
import { wrapWords } from '../text/wrap.ts';
import { paint, paintRow, type Theme } from '../theme/theme.ts';

export interface RenderedBox {
  readonly left: number;
  readonly top: number;
  readonly rows: readonly string[];
}

/** A box in the middle of the screen; undefined for a prompt, which is on the status line. */
export function renderOverlay(overlay: Overlay, size: TerminalSize, theme: Theme): RenderedBox | undefined {
  if (overlay.kind === 'prompt') return undefined;
  const maxWidth = Math.max(24, size.columns - 8);
  const content = overlayRows(overlay, maxWidth - 4, size.rows - 8, theme);
  const inner = clamp(Math.max(textWidth(overlay.title) + 2, ...content.map(textWidth)), 30, maxWidth - 4);
  const border = (text: string) => paint(theme, overlay.kind === 'confirm' ? 'warning' : 'accent', text);
  const title = truncate(overlay.title, inner);
  const fill = '─'.repeat(Math.max(0, inner - textWidth(title)));
  const rows = [
    `${border('╭─')}${paint(theme, 'title', ` ${title} `.slice(0, inner + 2))}${border(`${fill}─╮`.slice(title === '' ? 0 : 1))}`,
    ...content.map((row) => `${border('│')}  ${pad(row, inner)} ${border('│')}`),
    border(`╰${'─'.repeat(inner + 3)}╯`),
  ];
  return {
    left: Math.max(0, Math.floor((size.columns - inner - 5) / 2)),
    top: Math.max(0, Math.floor((size.rows - rows.length) / 2)),
    rows,
  };
}

function overlayRows(
  overlay: Exclude<Overlay, { kind: 'prompt' }>,
  width: number,
  height: number,
  theme: Theme,
): string[] {
  if (overlay.kind === 'menu') {
    const labels = Math.max(...overlay.items.map(({ label }) => textWidth(label)));
    const top = clamp(overlay.index - height + 1, 0, overlay.items.length);
    return overlay.items.slice(top, top + height).map(({ label, detail = '' }, offset) => {
      const row = pad(
        ` ${pad(label, labels)}  ${detail} `,
        width > 60 ? Math.max(labels + textWidth(detail) + 4, 30) : width,
      );
      return top + offset === overlay.index ? paintRow(theme, 'selected', row) : row;
    });
  }
  const lines = overlay.lines.flatMap((line) => wrapWords(line, width));
  const shown = lines.length > height ? [...lines.slice(0, height - 1), '…'] : lines;
  if (overlay.kind === 'note') {
    const copies = overlay.copies === undefined ? '' : `${paint(theme, 'key', 'y')} copy  `;
    return ['', ...shown, '', `${copies}${paint(theme, 'key', 'esc')} close`];
  }
  const button = (choice: 'yes' | 'no', text: string) =>
    overlay.choice === choice ? paint(theme, 'selected', ` ${text} `) : paint(theme, 'dim', ` ${text} `);
  return ['', ...shown, '', `${button('yes', `y ${overlay.verb}`)}  ${button('no', 'n cancel')}`];
}
