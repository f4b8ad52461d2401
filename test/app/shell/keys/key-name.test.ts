import type { Key } from 'ink';
import { describe, expect, it } from 'vitest';
import { decodeKeys, keyText, splitKeys } from '../../../../src/app/shell/keys/key-name.ts';

const noKey = Object.fromEntries(
  [
    'upArrow',
    'downArrow',
    'leftArrow',
    'rightArrow',
    'pageUp',
    'pageDown',
    'home',
    'end',
    'return',
    'escape',
    'backspace',
    'delete',
    'tab',
    'ctrl',
    'shift',
    'meta',
  ].map((name) => [name, false]),
) as unknown as Key;

describe('decodeKeys', () => {
  it.each<[string, Partial<Key>, string[]]>([
    ['', { upArrow: true }, ['up']],
    ['', { return: true }, ['enter']],
    ['d', { ctrl: true }, ['ctrl-d']],
    ['', { tab: true, shift: true }, ['shift-tab']],
    ['', { escape: true, meta: true }, ['esc', 'esc']],
    ['x', { meta: true }, ['alt-x']],
    ['G', { shift: true }, ['G']],
    [' ', {}, ['space']],
    ['/jj\r', {}, ['/', 'j', 'j', 'enter']],
    ['宽e\u0301', {}, ['宽', 'e\u0301']],
  ])('%j %j is %j', (input, flags, names) => {
    expect(decodeKeys(input, { ...noKey, ...flags })).toEqual(names);
  });

  it('names control characters that arrive together', () => {
    expect(splitKeys('a\x04\x7f\t\x1b')).toEqual(['a', 'ctrl-d', 'backspace', 'tab', 'esc']);
  });
});

it('knows the text of a key', () => {
  expect(['a', 'space', 'enter', 'ctrl-a', '宽', 'tab'].map(keyText)).toEqual([
    'a',
    ' ',
    undefined,
    undefined,
    '宽',
    undefined,
  ]);
});
