import { describe, expect, it } from 'vitest';
import { sectionsOf } from '../../../../src/app/shell/context/create-registry.ts';
import type { Binding, KeySection } from '../../../../src/app/shell/keys/binding.ts';
import { activeBindings, findBinding, footerBindings, isIn } from '../../../../src/app/shell/keys/dispatch.ts';
import { helpSections } from '../../../../src/app/shell/keys/help-sections.ts';
import { isKeyName } from '../../../../src/app/shell/keys/key-name.ts';
import { bindKeys } from '../../../../src/app/shell/start/bind-keys.ts';
import { views } from '../../../../src/app/views/registry.ts';

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
