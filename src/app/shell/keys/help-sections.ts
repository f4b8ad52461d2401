import type { Capabilities } from '../../../engine/contract/capabilities.ts';
import type { Binding, KeySection } from './binding.ts';
import { activeBindings, isIn } from './dispatch.ts';

export interface HelpSection {
  readonly title: string;
  readonly bindings: readonly Binding[];
}

/** The valid keys of a view, in its sections. */
export function helpSections(
  bindings: readonly Binding[],
  viewSections: readonly KeySection[],
  capabilities: Capabilities | undefined,
): HelpSection[] {
  const active = activeBindings(bindings, viewSections, capabilities);
  const shown = new Set<Binding>();
  const sections: HelpSection[] = [];
  for (const section of viewSections) {
    const own = active.filter((binding) => isIn(section, binding) && !shown.has(binding));
    for (const binding of own) shown.add(binding);
    if (own.length > 0) sections.push({ title: section.title, bindings: own });
  }
  return sections;
}
