import type { Key } from 'ink';
import { describe, expect, it } from 'vitest';
import type { Binding, KeyContext } from '../../../../src/app/shell/keys/binding.ts';
import { activeBindings, findBinding, footerBindings } from '../../../../src/app/shell/keys/dispatch.ts';
import { helpSections } from '../../../../src/app/shell/keys/help-sections.ts';
import { decodeKeys, isKeyName, keyText, splitKeys } from '../../../../src/app/shell/keys/key-name.ts';
import { keymap } from '../../../../src/app/shell/keys/keymap.ts';
import { remapKeys } from '../../../../src/app/shell/keys/remap.ts';

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

const contexts: readonly (readonly KeyContext[])[] = [
  ['experiments', 'list', 'everywhere'],
  ['processes', 'list', 'everywhere'],
  ['services', 'list', 'everywhere'],
  ['backends', 'list', 'everywhere'],
  ['files', 'list', 'everywhere'],
  ['process', 'text', 'everywhere'],
  ['text', 'everywhere'],
  ['plan', 'text', 'everywhere'],
  ['logs', 'everywhere'],
];

describe('the keymap', () => {
  it('has keys that exist, and no key twice in one context', () => {
    for (const [context] of contexts) {
      const keys = keymap
        .filter((binding) => context !== undefined && binding.contexts.includes(context))
        .flatMap(({ keys }) => keys);
      expect(new Set(keys).size).toBe(keys.length);
    }
    for (const { keys } of keymap) for (const key of keys) expect(isKeyName(key)).toBe(true);
  });

  it.each(contexts.map((path) => [path] as const))('help names every key of %j, and a footer has help', (path) => {
    const shown = helpSections(keymap, path, undefined).flatMap(({ bindings }) => bindings);
    expect(new Set(shown)).toEqual(new Set(activeBindings(keymap, path, undefined)));
    expect(footerBindings(keymap, path, undefined).map(({ action }) => action)).toContain('help');
  });

  it('gives a key to the nearest context', () => {
    expect(findBinding(keymap, ['logs', 'everywhere'], 'f')?.action).toBe('follow');
    expect(findBinding(keymap, ['processes', 'list', 'everywhere'], 'f')?.action).toBe('next-failed');
    expect(findBinding(keymap, ['process', 'text', 'everywhere'], 'y')?.action).toBe('spec');
  });

  it('hides what a cluster cannot do', () => {
    const path: KeyContext[] = ['processes', 'list', 'everywhere'];
    const actions = (bindings: readonly Binding[]) => bindings.map(({ action }) => action);
    expect(actions(activeBindings(keymap, path, {}))).not.toContain('shell');
    expect(actions(activeBindings(keymap, path, { shell: { shell: async () => ({ exitCode: 0 }) } }))).toContain(
      'shell',
    );
  });
});

describe('remapKeys', () => {
  it('replaces the keys of an action, and removes them from others', () => {
    const { bindings, problems } = remapKeys(keymap, { delete: 'D ctrl-x', describe: 'd' });
    expect(problems).toEqual([]);
    const path: KeyContext[] = ['experiments', 'list', 'everywhere'];
    expect(findBinding(bindings, path, 'D')?.action).toBe('delete');
    expect(findBinding(bindings, path, 'ctrl-d')).toBeUndefined();
    expect(findBinding(remapKeys(keymap, { logs: 'd' }).bindings, path, 'd')?.action).toBe('logs');
  });

  it('reports what is wrong, and applies the rest', () => {
    const { bindings, problems } = remapKeys(keymap, { delet: 'D', logs: 'ctrl-', help: 'h' });
    expect(problems).toEqual([
      expect.stringMatching(/keys\.delet: there is no such action; did you mean delete/),
      expect.stringMatching(/keys\.logs: "ctrl-" names no keys/),
    ]);
    expect(findBinding(bindings, ['everywhere'], 'h')?.action).toBe('help');
  });
});
