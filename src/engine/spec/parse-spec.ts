import { toSymphonyError } from '../contract/errors.ts';
import { checkSpec } from './checks/check-spec.ts';
import type { ExperimentSpec } from './experiment-spec.ts';
import { normalizeSpec } from './normalize-spec.ts';
import { describeValue, invalidSpec, type Problem, type SpecPath } from './problem.ts';
import { shapeProblems } from './schema/shape-problems.ts';
import type { ExperimentInput } from './schema/spec-input.ts';
import { type PlainData, toPlainData } from './source/plain-data.ts';
import { markValidated } from './validated-specs.ts';

export interface ParseOptions {
  /** The folder of the declaration, the base of relative paths; the working directory by default. */
  readonly baseDir?: string | undefined;
}

/**
 * The validated spec of what an author wrote, in a file or in a program. Parsing the result again returns the same.
 * @throws SymphonyError `invalid-spec` listing every problem with its place
 */
export function parseSpec(input: unknown, options: ParseOptions = {}): ExperimentSpec {
  const { spec, problems } = examineSpec(input, options);
  if (spec === undefined) throw invalidSpec(problems);
  return spec;
}

/** The same, with the problems as data, for callers that know the line of a place. */
export function examineSpec(
  input: unknown,
  { baseDir }: ParseOptions,
): { spec?: ExperimentSpec; problems: readonly Problem[] } {
  const { data, problems } = readPlainData(input);
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    const message = `it is ${describeValue(data)}; a spec is a map with a name and processes`;
    return { problems: problems.length > 0 ? problems : [{ path: [], message }] };
  }
  const shape = shapeProblems(data).filter(({ path }) => !problems.some((known) => startsWith(path, known.path)));
  const wrong = [...problems, ...shape];
  for (const { path } of shape) leaveOut(data, path);
  // A problem remains where the field cannot be left out. Further checks of such a spec would mislead.
  if (shapeProblems(data).length > 0) return { problems: wrong };
  const spec = normalizeSpec(data as unknown as ExperimentInput, baseDir);
  const hides = (fields: readonly string[]) =>
    wrong.some(({ path }) => !path.includes('env') && mayHide(path, [...fields, 'replicas', 'processes', 'groups']));
  const known = {
    servicesKnown: !hides(['bind', 'expose']),
    namesKnown: !hides([]),
    variablesKnown: !wrong.some(({ path }) => path.includes('env')),
  };
  // A field that was left out above must not be reported as missing.
  const further = checkSpec(spec, known).filter(
    ({ path }) => path.length === 0 || !wrong.some((known) => startsWith(known.path, path)),
  );
  const all = [...wrong, ...further];
  return all.length === 0 ? { spec: markValidated(spec), problems: [] } : { problems: all };
}

function readPlainData(input: unknown): { data: PlainData; problems: Problem[] } {
  try {
    return toPlainData(input);
  } catch (error) {
    // A getter threw.
    const message = `it cannot be read: ${toSymphonyError(error).message}`;
    return { data: null, problems: [{ path: [], message }] };
  }
}

/**
 * Removes a field whose form is invalid, so that the rest can be checked as well and all problems are reported at once. A
 * required field gets a harmless value, as such a spec is never launched.
 */
function leaveOut(data: { [key: string]: PlainData }, path: SpecPath): void {
  const depth = fieldDepth(path);
  const field = path[depth - 1];
  let owner: PlainData = data;
  for (const part of path.slice(0, depth - 1)) {
    if (typeof owner !== 'object' || owner === null || !Object.hasOwn(owner, part)) return;
    owner = (owner as { [key: string]: PlainData })[part] ?? null;
  }
  if (field === undefined || typeof owner !== 'object' || owner === null || Array.isArray(owner)) return;
  if (field === 'command' && depth === path.indexOf('processes') + 3) owner.command = 'true';
  else if (field === 'name' && depth === 1) owner.name = 'x';
  else delete owner[field];
}

/** The length of the path's beginning that leads to a field of the experiment, a group or a process, or to a variable. */
function fieldDepth(path: SpecPath): number {
  const field = path[0] === 'processes' ? 3 : path[0] !== 'groups' ? 1 : path[2] === 'processes' ? 5 : 3;
  return Math.min(path.length, path[field - 1] === 'env' ? field + 1 : field);
}

/** Whether an invalid field at this path is one of these of a process, a group or the experiment, or contains them. */
function mayHide(path: SpecPath, fields: readonly string[]): boolean {
  const inGroup = path[2] === 'processes' ? path[4] : path[2];
  const field = path[0] === 'processes' ? path[2] : path[0] === 'groups' ? inGroup : path[0];
  return field === undefined || fields.includes(String(field));
}

function startsWith(path: SpecPath, beginning: SpecPath): boolean {
  return beginning.every((part, index) => path[index] === part);
}
