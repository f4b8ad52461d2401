import { withoutColours } from '../text/sanitize.ts';

/** The role of a piece of text, which determines its style. */
export type Role =
  | 'accent'
  | 'title'
  | 'dim'
  | 'good'
  | 'busy'
  | 'warning'
  | 'bad'
  | 'selected'
  | 'marked'
  | 'match'
  | 'currentMatch'
  | 'border'
  | 'key';

export type ThemeName = 'dark' | 'light' | 'high-contrast' | 'none';

/** SGR parameters for each role; an empty string leaves the text as it is. */
export interface Theme {
  readonly name: ThemeName;
  readonly styles: Readonly<Record<Role, string>>;
  /** SGR parameters that distinguish processes in merged logs; empty without colours. */
  readonly processColours: readonly string[];
  /** Whether the colours in the output of processes are shown. */
  readonly colours: boolean;
  /** Whether cells keep their colours in the selected row: only where they are readable on its background. */
  readonly coloursOnSelected: boolean;
}

/** A text in its role's style. A reset inside `text` ends the style; `paintRow` sets it again. */
export function paint(theme: Theme, role: Role, text: string): string {
  const style = theme.styles[role];
  return style === '' || text === '' ? text : `\x1b[${style}m${text}\x1b[0m`;
}

/** A whole row in a style that lasts to its end: it is set again after each reset of a painted cell. */
export function paintRow(theme: Theme, role: Role, row: string): string {
  const style = theme.styles[role];
  if (style === '') return row;
  if (role === 'selected' && !theme.coloursOnSelected) return `\x1b[${style}m${withoutColours(row)}\x1b[0m`;
  // Dim text is not readable on a background of nearly the same brightness.
  const { dim } = theme.styles;
  const readable = role === 'selected' && dim !== '' ? row.replaceAll(`\x1b[${dim}m`, '') : row;
  return `\x1b[${style}m${readable.replaceAll('\x1b[0m', `\x1b[0;${style}m`)}\x1b[0m`;
}
