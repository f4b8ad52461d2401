import { formatPath, type SpecPath } from '../problem.ts';
import type { ExpandedProcess } from './expand-spec.ts';
import type { ResolvedService } from './resolved-experiment.ts';

/** A service with the path of its declaration. */
export interface ExpandedService extends ResolvedService {
  readonly declaredAt: SpecPath;
}

/** The services of one process, with replica numbers. One that it both binds and exposes appears once, as exposed. */
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
 * The names that can be connected to, each with its services: a bound service's own name, and the declared name
 * of a replicated service, which means all its replicas.
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
