import { describe, expect, it } from 'vitest';
import { sectionsOf } from '../../../../src/app/shell/context/create-registry.ts';
import type { KeySection } from '../../../../src/app/shell/keys/binding.ts';
import { findBinding } from '../../../../src/app/shell/keys/dispatch.ts';
import { bindKeys } from '../../../../src/app/shell/start/bind-keys.ts';
import { views } from '../../../../src/app/views/registry.ts';

function sections(kind: string): readonly KeySection[] {
  return sectionsOf(views.kindOf({ kind }));
}

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
