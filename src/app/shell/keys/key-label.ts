import type { KeyName } from './key-name.ts';

const symbols: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pageup: 'pgup',
  pagedown: 'pgdn',
  backspace: 'bksp',
};

/** A key as the footer and help show it. */
export function keyLabel(name: KeyName): string {
  return symbols[name] ?? name;
}
