import type { ExperimentSpec } from '../experiment-spec.ts';
import { isName, maxNameLength } from '../names.ts';
import type { Problem, SpecPath } from '../problem.ts';
import { formatPath } from '../problem.ts';
import type { ExpandedProcess } from '../resolve/expand-spec.ts';
import { numbers } from '../resolve/expand-spec.ts';

/** Names that are too long or not unique once replica numbers are added. */
export function checkNames(spec: ExperimentSpec, processes: readonly ExpandedProcess[]): Problem[] {
  const problems: Problem[] = [];
  if (!isName(spec.name)) problems.push({ path: ['name'], message: tooLong(spec.name) });
  // Ungrouped processes and groups share one scope; each group is a scope of its own.
  const scopes = new Map<string | null, Map<string, SpecPath>>();
  const claim = (scope: string | null, name: string, path: SpecPath): boolean => {
    const taken = scopes.get(scope) ?? new Map<string, SpecPath>();
    scopes.set(scope, taken);
    const other = taken.get(name);
    if (other !== undefined) problems.push({ path, message: `${clash(name)} ${formatPath(other)}; use another name` });
    else if (!isName(name)) problems.push({ path, message: tooLong(name) });
    taken.set(name, path);
    return other === undefined;
  };
  for (const { group, name, declared } of processes) if (group === null) claim(null, name, declared.path);
  const clashing = new Set<string>();
  for (const [name, group] of Object.entries(spec.groups)) {
    for (const number of numbers(group.replicas)) {
      if (!claim(null, number === null ? name : `${name}-${number}`, ['groups', name])) clashing.add(name);
    }
  }
  // If two groups have one name, their processes would clash as well, which is the same mistake.
  for (const { group, name, declared } of processes) {
    if (group !== null && !clashing.has(declared.group?.name ?? '')) claim(group, name, declared.path);
  }
  return firstOfEach(problems);
}

/** Keeps one problem for each place: a thousand clashing replicas are one mistake. */
export function firstOfEach(problems: readonly Problem[]): Problem[] {
  return [...new Map([...problems].reverse().map((problem) => [formatPath(problem.path), problem])).values()].reverse();
}

export function tooLong(name: string): string {
  return `is ${JSON.stringify(name)}, ${name.length} characters; it must be ${maxNameLength} at most, with username and replica number`;
}

function clash(name: string): string {
  return `${JSON.stringify(name)} is also the name of`;
}
