import { pad } from '../text/pad.ts';
import { paint, type Theme } from '../theme/theme.ts';

/** Names and values in two columns. Omits empty values. */
export function fieldLines(theme: Theme, fields: readonly (readonly [name: string, value: string])[]): string[] {
  const shown = fields.filter(([, value]) => value !== '');
  const width = Math.max(0, ...shown.map(([name]) => name.length)) + 2;
  return shown.map(([name, value]) => `  ${paint(theme, 'dim', pad(name, width))}${value}`);
}

export function sectionTitle(theme: Theme, title: string): string {
  return ` ${paint(theme, 'title', title)}`;
}
