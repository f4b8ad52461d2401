import type { KeySection } from '../keys/binding.ts';
import { everywhereSection } from '../keys/keymap.ts';
import type { View } from '../store/view.ts';
import type { Actions, ViewKind, ViewRegistry } from './context.ts';

/** @param home creates the first view, which is always open */
export function createRegistry(kinds: readonly ViewKind[], home: () => View): ViewRegistry {
  const byName = new Map(kinds.map((kind) => [kind.kind, kind]));
  return {
    kinds,
    home,
    kindOf(view) {
      const kind = byName.get(view.kind);
      if (kind === undefined) throw new Error(`There is no kind of view ${view.kind}.`);
      return kind;
    },
  };
}

/** Where the keys of a view are looked up, nearest first. */
export function sectionsOf({ sections }: ViewKind): readonly KeySection[] {
  return [...sections, everywhereSection];
}

/** The actions that kinds of views add to all views. */
export function offeredActions({ kinds }: ViewRegistry): Actions {
  return Object.assign({}, ...kinds.map(({ offers }) => offers));
}
