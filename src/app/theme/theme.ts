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
  return `\x1b[${style}m${row.replaceAll('\x1b[0m', `\x1b[0;${style}m`)}\x1b[0m`;
}
