import type { Key } from 'ink';

/**
 * The usual name of a key: `a`, `A`, `enter`, `esc`, `space`, `tab`, `shift-tab`, `up`, `pagedown`, `ctrl-d`, `alt-x`. A
 * capital letter is a name of its own, without `shift-`.
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

/** The keys in one call of Ink's `useInput`, which may deliver several characters: fast typing, a slow connection. */
export function decodeKeys(input: string, key: Key): KeyName[] {
  if (key.tab) return [key.shift ? 'shift-tab' : 'tab'];
  // Two esc in one chunk arrive as esc with the meta flag, because a terminal sends meta as an esc.
  if (key.escape) return key.meta ? ['esc', 'esc'] : ['esc'];
  for (const [flag, name] of namedKeys) if (key[flag]) return [name];
  if (key.ctrl && input !== '') return [`ctrl-${input === ' ' ? 'space' : input.toLowerCase()}`];
  if (input === '') return [];
  if (key.meta) return [`alt-${input === ' ' ? 'space' : input}`];
  return splitKeys(input);
}

/** Splits a key with alt into the two keys that a terminal sends: esc typed just before another key looks the same. */
export function splitAlt(name: KeyName): readonly KeyName[] | undefined {
  return name.startsWith('alt-') ? ['esc', name.slice('alt-'.length)] : undefined;
}

/** One name for each typed character. */
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

/** The text that a key inserts into a prompt; undefined if it inserts none. */
export function keyText(name: KeyName): string | undefined {
  if (name === 'space') return ' ';
  if (namedSet.has(name) || /^(ctrl|alt|shift)-./.test(name)) return undefined;
  return /^\p{C}/u.test(name) ? undefined : name;
}

const namedSet = new Set<string>([...namedKeys.map(([, name]) => name), 'tab', 'space']);

/** Whether settings may name this key. */
export function isKeyName(name: string): boolean {
  if (namedSet.has(name) || name === 'shift-tab') return true;
  const [, , bare] = /^(ctrl|alt)-(.+)$/.exec(name) ?? [undefined, undefined, name];
  return [...segmenter.segment(bare)].length === 1 || bare === 'space';
}
