import type { Key } from 'ink';

/**
 * A key as everyone writes it: `a`, `A`, `enter`, `esc`, `space`, `tab`, `shift-tab`, `up`, `pagedown`, `ctrl-d`, `alt-x`.
 * A letter's case is the letter's own, never `shift-`.
 */
export type KeyName = string;

const namedKeys = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'esc'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
] as const satisfies readonly (readonly [keyof Key, string])[];

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The keys in one call of Ink's `useInput`, which may bring several characters at once: fast typing, a slow line. */
export function decodeKeys(input: string, key: Key): KeyName[] {
  if (key.tab) return [key.shift ? 'shift-tab' : 'tab'];
  // Twice esc in one go comes as esc with the meta bit, which is sent as an esc too.
  if (key.escape) return key.meta ? ['esc', 'esc'] : ['esc'];
  for (const [flag, name] of namedKeys) if (key[flag]) return [name];
  if (key.ctrl && input !== '') return [`ctrl-${input === ' ' ? 'space' : input.toLowerCase()}`];
  if (input === '') return [];
  if (key.meta) return [`alt-${input === ' ' ? 'space' : input}`];
  return splitKeys(input);
}

/** A key with alt, as the two keys that a terminal sends for it: esc, typed just before another key, looks the same. */
export function splitAlt(name: KeyName): readonly KeyName[] | undefined {
  return name.startsWith('alt-') ? ['esc', name.slice('alt-'.length)] : undefined;
}

/** One name for each character that was typed. */
export function splitKeys(text: string): KeyName[] {
  const names: KeyName[] = [];
  for (const { segment } of segmenter.segment(text)) {
    if (segment === '\r\n') names.push('enter');
    else names.push(nameCharacter(segment));
  }
  return names;
}

function nameCharacter(character: string): KeyName {
  if (character === ' ') return 'space';
  if (character === '\r') return 'enter';
  if (character === '\t') return 'tab';
  if (character === '\x1b') return 'esc';
  if (character === '\x7f' || character === '\b') return 'backspace';
  const code = character.charCodeAt(0);
  if (code === 0) return 'ctrl-space';
  return code < 27 ? `ctrl-${String.fromCharCode(code + 96)}` : character;
}

/** The text that a key puts into a line that is being typed, if it is one that does. */
export function keyText(name: KeyName): string | undefined {
  if (name === 'space') return ' ';
  if (namedSet.has(name) || /^(ctrl|alt|shift)-./.test(name)) return undefined;
  return /^\p{C}/u.test(name) ? undefined : name;
}

const namedSet = new Set<string>([...namedKeys.map(([, name]) => name), 'tab', 'space']);

/** Whether somebody's settings may name this key. */
export function isKeyName(name: string): boolean {
  if (namedSet.has(name) || name === 'shift-tab') return true;
  const [, , bare] = /^(ctrl|alt)-(.+)$/.exec(name) ?? [undefined, undefined, name];
  return [...segmenter.segment(bare)].length === 1 || bare === 'space';
}
