import { commandLine } from '../../../engine/text/advice.ts';
import type { HelpSection } from '../../shell/keys/help-sections.ts';
import { keyLabel } from '../../shell/keys/key-label.ts';
import { pad } from '../../shell/text/pad.ts';
import { sectionTitle } from '../../shell/text-view/document-lines.ts';
import { paint, type Theme } from '../../shell/theme/theme.ts';

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
    paint(
      theme,
      'dim',
      `  symphony ${version}. Keys can be changed: ${commandLine(`config set keys '{"delete": "ctrl-x"}'`)}`,
    ),
  );
  return lines;
}
