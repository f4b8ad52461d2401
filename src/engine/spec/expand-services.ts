import type { ExpandedProcess } from './expand-spec.ts';
import { formatPath, type SpecPath } from './problem.ts';
import type { ResolvedService } from './resolved-experiment.ts';

/** A service with the place of its declaration as a path. */
export interface ExpandedService extends ResolvedService {
  readonly declaredAt: SpecPath;
}

/** The services of one process, replica numbers in their names; one that it binds and exposes is one, and is visited. */
export function servicesOf(expanded: ExpandedProcess): ExpandedService[] {
  const { spec, path } = expanded.declared;
  const bind = new Map(Object.entries(spec.bind ?? {}));
  const expose = new Map(Object.entries(spec.expose ?? {}));
  return [...new Set([...bind.keys(), ...expose.keys()])].map((declaredName) => {
    const kind = expose.has(declaredName) ? 'expose' : 'bind';
    const declaredAt = [...path, kind, declaredName];
    return {
      name: `${declaredName}${expanded.suffix}`,
      declaredName,
      kind,
      owner: { group: expanded.group, name: expanded.name },
      wantedPort: expose.get(declaredName) ?? bind.get(declaredName) ?? null,
      path: formatPath(declaredAt),
      declaredAt,
    };
  });
}

/**
 * Names that can be connected to, each with the services it stands for: a bound service's own name, and the declared name
 * of a replicated one, which stands for all its replicas.
 */
export function connectableNames(processes: readonly ExpandedProcess[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const { declared, suffix } of processes) {
    for (const name of Object.keys(declared.spec.bind ?? {})) {
      const service = `${name}${suffix}`;
      names.set(service, [service]);
      if (suffix === '') continue;
      const all = names.get(name);
      if (all === undefined) names.set(name, [service]);
      else all.push(service);
    }
  }
  return names;
}
