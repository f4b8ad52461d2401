import type { ViewRegistry } from '../context/context.ts';
import { createKeymap, everywhereSection } from '../keys/keymap.ts';
import { type Remapped, remapKeys } from '../keys/remap.ts';

/** The key bindings of all views, with the keys of the settings. @param keys from each action to its keys */
export function bindKeys({ kinds }: ViewRegistry, keys: Readonly<Record<string, string>>): Remapped {
  const keymap = createKeymap(kinds.flatMap(({ bindings }) => bindings));
  return remapKeys(keymap, keys, [...kinds.flatMap(({ sections }) => sections), everywhereSection]);
}
