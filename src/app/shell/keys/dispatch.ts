import type { Capabilities } from '../../../engine/contract/capabilities.ts';
import type { Binding, KeyContext } from './binding.ts';
import type { KeyName } from './key-name.ts';

/** The binding of a key in the nearest context that has one. */
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

/** The valid bindings that this cluster supports, without those whose keys a nearer context uses. */
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

/** The bindings of the footer, most important first. */
export function footerBindings(
  bindings: readonly Binding[],
  contexts: readonly KeyContext[],
  capabilities: Capabilities | undefined,
): Binding[] {
  return activeBindings(bindings, contexts, capabilities)
    .filter(({ footer }) => footer !== undefined)
    .sort((a, b) => (a.footer ?? 0) - (b.footer ?? 0));
}
