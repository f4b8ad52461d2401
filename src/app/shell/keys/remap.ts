import { suggestionClause } from '../../../engine/text/suggestion.ts';
import type { Binding, KeySection } from './binding.ts';
import { isIn } from './dispatch.ts';
import { isKeyName } from './key-name.ts';

export interface Remapped {
  readonly bindings: readonly Binding[];
  /** Descriptions of the wrong settings, which have no effect. */
  readonly problems: readonly string[];
}

/**
 * Applies the keys of the settings to the keymap.
 * @param keys from each action to its keys, separated by spaces: `{ delete: 'ctrl-x D' }`. They replace the action's keys,
 *   and are removed from other actions that are valid in the same section.
 * @param sections the sections of all views
 */
export function remapKeys(
  bindings: readonly Binding[],
  keys: Readonly<Record<string, string>>,
  sections: readonly KeySection[],
): Remapped {
  const problems: string[] = [];
  let result = [...bindings];
  for (const [action, text] of Object.entries(keys)) {
    const wanted = text.split(/\s+/).filter((name) => name !== '');
    const wrong = wanted.filter((name) => !isKeyName(name));
    if (!bindings.some((binding) => binding.action === action)) {
      const right = suggestionClause(action, [...new Set(bindings.map((binding) => binding.action))]);
      problems.push(`keys.${action}: there is no such action${right === undefined ? '' : `; ${right}`}`);
    } else if (wrong.length > 0 || wanted.length === 0) {
      problems.push(`keys.${action}: ${JSON.stringify(text)} names no keys; write them as a, G, space or ctrl-d.`);
    } else {
      result = giveKeys(result, action, wanted, sections);
    }
  }
  return { bindings: result, problems };
}

function giveKeys(
  bindings: readonly Binding[],
  action: string,
  keys: readonly string[],
  sections: readonly KeySection[],
): Binding[] {
  const own = bindings.filter((binding) => binding.action === action);
  const taken = sections.filter((section) => own.some((binding) => isIn(section, binding)));
  return bindings.map((binding) => {
    if (binding.action === action) return { ...binding, keys };
    if (!taken.some((section) => isIn(section, binding))) return binding;
    const left = binding.keys.filter((key) => !keys.includes(key));
    return left.length === binding.keys.length ? binding : { ...binding, keys: left };
  });
}
