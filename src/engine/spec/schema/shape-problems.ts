import type * as z from 'zod/mini';
import { suggestionClause } from '../../text/suggestion.ts';
import { describeValue, type Problem, type SpecPath } from '../problem.ts';
import { experimentSchema } from './spec-schema.ts';

type Issue = z.core.$ZodIssue;

/** The problems in the form of a spec: fields that are unknown, missing, or of a wrong kind. */
export function shapeProblems(data: unknown): Problem[] {
  return problemsOf(experimentSchema(), data);
}

/** The problems in the form of plain data, by a schema made of the kinds in schema-fields. */
export function problemsOf(schema: z.ZodMiniType, data: unknown): Problem[] {
  const result = schema.safeParse(data, { reportInput: false });
  return result.success ? [] : result.error.issues.flatMap((issue) => explain(issue, [], data));
}

function explain(issue: Issue, base: SpecPath, data: unknown): Problem[] {
  const path = [...base, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  const value = valueAt(data, issue.path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownField(path, key, issue.message.split(' ')));
  if (issue.code === 'invalid_union') {
    const branch = likelyBranch(issue.errors);
    if (branch !== undefined) return branch.flatMap((inner) => explain(inner, path, value));
  }
  if (issue.code === 'invalid_key') {
    const rule = issue.issues[0]?.message ?? issue.message;
    return [{ path, message: `is not a name that can be used; it must be ${rule}` }];
  }
  if (value === undefined) return [{ path, message: `is missing; it must be ${issue.message}` }];
  // The value of a variable may be a secret that was written in the wrong place.
  const shown = path.includes('env') && typeof value === 'string' ? 'not right' : describeValue(value);
  return [{ path, message: `is ${shown}; it must be ${issue.message}` }];
}

/**
 * The alternative of a union that the author most likely meant: the value's kind fits, and the problems are further in. Of
 * several such, the one with the fewest problems. Undefined if there is none: the union's own error then says what is expected.
 */
function likelyBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const isOtherKind = (issue: Issue) =>
    issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
  return branches
    .filter((branch) => branch.length > 0 && !branch.some(isOtherKind))
    .sort((a, b) => a.length - b.length)[0];
}

/** Fields of other tools, with what stands for them here. */
const foreignFields: ReadonlyMap<string, { readonly field: string; readonly advice: string }> = new Map(
  ['depends_on', 'dependsOn'].map((name) => [
    name,
    { field: 'after', advice: 'use after: { NAME: ready }, or started, succeeded or ended' },
  ]),
);

function unknownField(path: SpecPath, key: string, known: readonly string[]): Problem {
  const foreign = foreignFields.get(key);
  const advice = foreign !== undefined && known.includes(foreign.field) ? foreign.advice : undefined;
  const right = advice ?? suggestionClause(key, known) ?? 'there is none at all';
  return { path: [...path, key], message: `there is no such field; ${right}` };
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}
