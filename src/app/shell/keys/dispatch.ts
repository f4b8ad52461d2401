import type { Capabilities } from '../../../engine/contract/capabilities.ts';
import type { Binding, KeySection } from './binding.ts';
import type { KeyName } from './key-name.ts';

/** The binding of a key in the nearest section that has one. */
export function findBinding(
  bindings: readonly Binding[],
  sections: readonly KeySection[],
  key: KeyName,
): Binding | undefined {
  for (const section of sections) {
    const found = bindings.find((binding) => isIn(section, binding) && binding.keys.includes(key));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a binding is valid in one of the contexts of a section. */
export function isIn({ contexts }: KeySection, binding: Binding): boolean {
  return binding.contexts.some((context) => contexts.includes(context));
}

/** The valid bindings that this cluster supports, without those whose keys a nearer section uses. */
export function activeBindings(
  bindings: readonly Binding[],
  sections: readonly KeySection[],
  capabilities: Capabilities | undefined,
): Binding[] {
  return bindings.filter(
    (binding) =>
      (binding.needs === undefined || capabilities?.[binding.needs] !== undefined) &&
      binding.keys.some((key) => findBinding(bindings, sections, key) === binding),
  );
}

/** The bindings of the footer, most important first. */
export function footerBindings(
  bindings: readonly Binding[],
  sections: readonly KeySection[],
  capabilities: Capabilities | undefined,
): Binding[] {
  return activeBindings(bindings, sections, capabilities)
    .filter(({ footer }) => footer !== undefined)
    .sort((a, b) => (a.footer ?? 0) - (b.footer ?? 0));
}
