import { withoutColours } from '../text/sanitize.ts';

/** What a piece of text is, for its looks. */
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
  /** SGR parameters that tell processes apart in merged logs; empty without colours. */
  readonly processColours: readonly string[];
  /** Whether colours of the processes' own are shown. */
  readonly colours: boolean;
  /** Whether cells keep their colours in the selected row: only where its ground lets them be read. */
  readonly coloursOnSelected: boolean;
}

/** A text in its role's style. The sequences inside `text`, if any, survive; the style is set again after a reset. */
export function paint(theme: Theme, role: Role, text: string): string {
  const style = theme.styles[role];
  return style === '' || text === '' ? text : `\x1b[${style}m${text}\x1b[0m`;
}

/** Wraps a whole row, whose cells may be painted themselves, in a style that lasts to its end. */
export function paintRow(theme: Theme, role: Role, row: string): string {
  const style = theme.styles[role];
  if (style === '') return row;
  if (role === 'selected' && !theme.coloursOnSelected) return `\x1b[${style}m${withoutColours(row)}\x1b[0m`;
  // Faint text cannot be read on a ground that is nearly as light.
  const { dim } = theme.styles;
  const readable = role === 'selected' && dim !== '' ? row.replaceAll(`\x1b[${dim}m`, '') : row;
  return `\x1b[${style}m${readable.replaceAll('\x1b[0m', `\x1b[0;${style}m`)}\x1b[0m`;
}
