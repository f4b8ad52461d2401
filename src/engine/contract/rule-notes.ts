import type { ExperimentSpec } from '../spec/experiment-spec.ts';
import { formatPath, type SpecPath } from '../spec/problem.ts';
import type { PlanNote } from './plan.ts';

/** The fields of a spec that are rules of an experiment beyond restarts. */
export type RuleField = 'endsWith' | 'after' | 'maxDuration' | 'alive';

/**
 * The notes of a plan that refuse the rules which a backend cannot keep, one for each place where the spec has one.
 * @param fields the rules that the backend cannot keep
 * @param message why, as the end of a sentence: `is not possible here`
 */
export function refuseRules(spec: ExperimentSpec, fields: readonly RuleField[], message: string): PlanNote[] {
  const notesAt = (path: SpecPath, owner: object): PlanNote[] =>
    fields
      .filter((field) => (owner as { readonly [Field in RuleField]?: unknown })[field] !== undefined)
      .map((field) => ({ verdict: 'refused', path: formatPath([...path, field]), message }));
  return [
    ...notesAt([], spec),
    ...Object.entries(spec.processes).flatMap(([name, fields]) => notesAt(['processes', name], fields)),
    ...Object.entries(spec.groups).flatMap(([group, { processes, ...fields }]) => [
      ...notesAt(['groups', group], fields),
      ...Object.entries(processes).flatMap(([name, own]) => notesAt(['groups', group, 'processes', name], own)),
    ]),
  ];
}
