import type { Key } from 'ink';
import { describe, expect, it } from 'vitest';
import { sectionsOf } from '../../../../src/app/shell/context/create-registry.ts';
import type { Binding, KeySection } from '../../../../src/app/shell/keys/binding.ts';
import { activeBindings, findBinding, footerBindings, isIn } from '../../../../src/app/shell/keys/dispatch.ts';
import { helpSections } from '../../../../src/app/shell/keys/help-sections.ts';
import { decodeKeys, isKeyName, keyText, splitKeys } from '../../../../src/app/shell/keys/key-name.ts';
import { bindKeys } from '../../../../src/app/shell/start/bind-keys.ts';
import { views } from '../../../../src/app/views/registry.ts';

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

const { bindings: keymap } = bindKeys(views, {});

function sections(kind: string): readonly KeySection[] {
  return sectionsOf(views.kindOf({ kind }));
}

describe('the keymap', () => {
  it('has keys that exist, and no key twice in one section', () => {
    for (const section of views.kinds.flatMap(sectionsOf)) {
      const keys = keymap.filter((binding) => isIn(section, binding)).flatMap(({ keys }) => keys);
      expect(new Set(keys).size).toBe(keys.length);
    }
    for (const { keys } of keymap) for (const key of keys) expect(isKeyName(key)).toBe(true);
  });

  it.each(views.kinds.map(({ kind }) => kind))('help names every key of %s, and its footer has help', (kind) => {
    const shown = helpSections(keymap, sections(kind), undefined).flatMap(({ bindings }) => bindings);
    expect(new Set(shown)).toEqual(new Set(activeBindings(keymap, sections(kind), undefined)));
    expect(footerBindings(keymap, sections(kind), undefined).map(({ action }) => action)).toContain('help');
  });

  it('gives a key to the nearest section', () => {
    expect(findBinding(keymap, sections('logs'), 'f')?.action).toBe('follow');
    expect(findBinding(keymap, sections('processes'), 'f')?.action).toBe('next-failed');
    expect(findBinding(keymap, sections('process'), 'y')?.action).toBe('spec');
  });

  it('hides what a cluster cannot do', () => {
    const path = sections('processes');
    const actions = (bindings: readonly Binding[]) => bindings.map(({ action }) => action);
    expect(actions(activeBindings(keymap, path, {}))).not.toContain('shell');
    expect(actions(activeBindings(keymap, path, { shell: { shell: async () => ({ exitCode: 0 }) } }))).toContain(
      'shell',
    );
  });
});

describe('bindKeys', () => {
  it('replaces the keys of an action, and removes them from others', () => {
    const { bindings, problems } = bindKeys(views, { delete: 'D ctrl-x', describe: 'd' });
    expect(problems).toEqual([]);
    const path = sections('experiments');
    expect(findBinding(bindings, path, 'D')?.action).toBe('delete');
    expect(findBinding(bindings, path, 'ctrl-d')).toBeUndefined();
    expect(findBinding(bindKeys(views, { logs: 'd' }).bindings, path, 'd')?.action).toBe('logs');
  });

  it('takes a key from actions that are valid in the same view for another reason', () => {
    // Marking belongs to lists with marks, describing to views of an experiment; a list of processes is both.
    const { bindings } = bindKeys(views, { mark: 'd' });
    expect(findBinding(bindings, sections('processes'), 'd')?.action).toBe('mark');
  });

  it('reports what is wrong, and applies the rest', () => {
    const { bindings, problems } = bindKeys(views, { delet: 'D', logs: 'ctrl-', help: 'h' });
    expect(problems).toEqual([
      expect.stringMatching(/keys\.delet: there is no such action; did you mean delete/),
      expect.stringMatching(/keys\.logs: "ctrl-" names no keys/),
    ]);
    expect(findBinding(bindings, sections('logs'), 'h')?.action).toBe('help');
  });
});
