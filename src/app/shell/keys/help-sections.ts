import type { Capabilities } from '../../../engine/contract/capabilities.ts';
import type { Binding, KeyContext } from './binding.ts';
import { activeBindings } from './dispatch.ts';

export interface HelpSection {
  readonly title: string;
  readonly bindings: readonly Binding[];
}

const contextTitles: Readonly<Record<KeyContext, string>> = {
  everywhere: 'Everywhere',
  list: 'In any list',
  experiments: 'Experiments',
  processes: 'Processes',
  process: 'One process',
  services: 'Services',
  backends: 'Backends',
  files: 'Experiment files',
  text: 'Text',
  plan: 'Plan',
  logs: 'Logs',
};

/** The valid keys of a view, with one section for each of its contexts. */
export function helpSections(
  bindings: readonly Binding[],
  contexts: readonly KeyContext[],
  capabilities: Capabilities | undefined,
): HelpSection[] {
  const active = activeBindings(bindings, contexts, capabilities);
  const shown = new Set<Binding>();
  const sections: HelpSection[] = [];
  for (const context of contexts) {
    const own = active.filter((binding) => binding.contexts.includes(context) && !shown.has(binding));
    for (const binding of own) shown.add(binding);
    if (own.length > 0) sections.push({ title: contextTitles[context], bindings: own });
  }
  return sections;
}
