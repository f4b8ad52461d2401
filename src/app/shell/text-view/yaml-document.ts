import { sanitizeLine } from '../text/sanitize.ts';
import { paint, type Theme } from '../theme/theme.ts';

/** YAML with highlighted keys, comments and plain values. */
export function highlightYaml(text: string, theme: Theme): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => highlightLine(sanitizeLine(line).plain, theme));
}

const pair = /^(\s*(?:- )*)((?:"[^"]*"|'[^']*'|[^\s#:'"[{-][^:]*?)):(\s.*|)$/;

function highlightLine(line: string, theme: Theme): string {
  if (line.trimStart().startsWith('#') || line === '---') return paint(theme, 'dim', line);
  const match = pair.exec(line);
  if (match === null)
    return line.replace(/^(\s*)(- )/, (_, space: string, dash: string) => space + paint(theme, 'dim', dash));
  const [, indent = '', key = '', value = ''] = match;
  return `${indent}${paint(theme, 'accent', key)}${paint(theme, 'dim', ':')}${highlightValue(value, theme)}`;
}

function highlightValue(value: string, theme: Theme): string {
  const text = value.trim();
  if (/^(true|false|null|auto|~)$/.test(text) || /^-?\d+(\.\d+)?$/.test(text)) return paint(theme, 'busy', value);
  return value;
}
