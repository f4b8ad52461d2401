import type { HelpSection } from '../keys/help-sections.ts';
import { keyLabel } from '../keys/key-label.ts';
import { pad } from '../text/pad.ts';
import { paint, type Theme } from '../theme/theme.ts';
import { sectionTitle } from './lines.ts';

/** The keys of a view, from the keymap. */
export function helpDocument(sections: readonly HelpSection[], version: string, theme: Theme): string[] {
  const lines: string[] = [];
  for (const { title, bindings } of sections) {
    lines.push('', sectionTitle(theme, title));
    for (const { keys, label, help } of bindings) {
      const shown = pad(keys.map(keyLabel).join(' '), 14);
      lines.push(`  ${paint(theme, 'key', shown)} ${pad(label, 13)} ${paint(theme, 'dim', help)}`);
    }
  }
  lines.push(
    '',
    paint(theme, 'dim', `  symphony ${version}. Keys can be changed: symphony config set keys '{"delete": "ctrl-x"}'`),
  );
  return lines;
}
