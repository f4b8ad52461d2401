import type { Capabilities } from '../../engine/capabilities.ts';
import type { Binding, KeyContext } from './binding.ts';
import type { KeyName } from './key-name.ts';

/** What a key means where one is: the binding in the nearest context that has one. */
export function findBinding(
  bindings: readonly Binding[],
  contexts: readonly KeyContext[],
  key: KeyName,
): Binding | undefined {
  for (const context of contexts) {
    const found = bindings.find((binding) => binding.contexts.includes(context) && binding.keys.includes(key));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The bindings that matter now and that this cluster can carry out; a key taken by a nearer context is left out. */
export function activeBindings(
  bindings: readonly Binding[],
  contexts: readonly KeyContext[],
  capabilities: Capabilities | undefined,
): Binding[] {
  return bindings.filter(
    (binding) =>
      (binding.needs === undefined || capabilities?.[binding.needs] !== undefined) &&
      binding.keys.some((key) => findBinding(bindings, contexts, key) === binding),
  );
}

/** What the footer shows, most important first. */
export function footerBindings(
  bindings: readonly Binding[],
  contexts: readonly KeyContext[],
  capabilities: Capabilities | undefined,
): Binding[] {
  return activeBindings(bindings, contexts, capabilities)
    .filter(({ footer }) => footer !== undefined)
    .sort((a, b) => (a.footer ?? 0) - (b.footer ?? 0));
}
