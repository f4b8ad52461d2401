import { suggestionClause } from '../../text/suggestion.ts';
import type { Problem } from '../problem.ts';
import { connectableNames } from '../resolve/expand-services.ts';
import type { DeclaredProcess, ExpandedProcess } from '../resolve/expand-spec.ts';

/** Connections to services that no process binds, with similar names that are bound. */
export function checkConnections(
  declared: readonly DeclaredProcess[],
  processes: readonly ExpandedProcess[],
): Problem[] {
  const connectable = connectableNames(processes);
  const exposers = new Map<string, ExpandedProcess>();
  for (const expanded of processes) {
    for (const name of Object.keys(expanded.declared.spec.expose ?? {})) {
      exposers.set(name, expanded);
      exposers.set(name + expanded.suffix, expanded);
    }
  }
  return declared.flatMap(({ spec, path }) =>
    (spec.connect ?? []).flatMap((name, index) => {
      if (connectable.has(name)) return [];
      const at = [...path, 'connect', index];
      const exposer = exposers.get(name);
      if (exposer !== undefined) {
        const owner = exposer.declared.path.join('.');
        return [
          { path: at, message: `${JSON.stringify(name)} is only exposed; to connect to it, ${owner} must bind it too` },
        ];
      }
      const right = suggestionClause(name, [...connectable.keys()]) ?? 'no process binds anything';
      return [{ path: at, message: `no process binds ${JSON.stringify(name)}; ${right}` }];
    }),
  );
}
