import { dirname } from 'node:path';
import { SymphonyError } from '../errors.ts';
import { expandHome } from '../paths.ts';
import { finalName } from '../username.ts';
import { absolutePath } from '../working-directory.ts';
import type { ExperimentSpec } from './experiment-spec.ts';
import { parseSource } from './parse-source.ts';
import { examineSpec } from './parse-spec.ts';
import { invalidSpec } from './problem.ts';
import { readSource } from './read-source.ts';
import { applySetValues, parseSetValue } from './set-values.ts';

export interface LoadOptions {
  /** `path=value`, each put over what the file says: `processes.learner.image=x`, or `image=x` for the experiment. */
  readonly set?: readonly string[];
  /** Another name for the experiment. */
  readonly name?: string;
  /** The folder that the path starts from; the working directory by default. */
  readonly cwd?: string;
}

/**
 * The validated spec of a YAML or JSON file, under its final name: with the username before it. Its paths start from the
 * file's folder.
 * @throws SymphonyError `invalid-spec` with every problem and its line, or if there is no such file; `usage` for a `set`
 *   that is none
 */
export function loadSpec(path: string, options: LoadOptions = {}): Promise<ExperimentSpec> {
  return readSpecFile(path, options, finalName);
}

/** The same without the username: for files that hold final names. */
export async function readSpecFile(
  path: string,
  { set = [], name, cwd }: LoadOptions = {},
  rename: (name: string) => Promise<string> | string = (given) => given,
): Promise<ExperimentSpec> {
  const values = await Promise.all(set.map(parseSetValue));
  const file = absolutePath(expandHome(path), cwd);
  const source = await parseSource(path, await readFrom(path, file));
  const data = source.data as Record<string, unknown> | null;
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) {
    applySetValues(data, values);
    if (name !== undefined) data.name = name;
    if (typeof data.name === 'string') data.name = await rename(data.name);
  }
  // A pipe (`launch <(generate)`) lies in no folder of its own.
  const baseDir = /^\/(dev|proc)\//.test(file) ? cwd : dirname(file);
  const { spec, problems } = examineSpec(data, { baseDir });
  if (spec !== undefined) return spec;
  throw invalidSpec(problems, path, (place) => {
    const origin = values.findLast((value) => value.path.every((part, index) => String(part) === String(place[index])));
    if (origin !== undefined) return `--set ${origin.text}`;
    return `${path}:${source.lineOf(place) ?? 1}`;
  });
}

/** Messages name the file as it was given. */
async function readFrom(path: string, file: string): Promise<string> {
  try {
    return await readSource(file);
  } catch (error) {
    if (!(error instanceof SymphonyError)) throw error;
    throw new SymphonyError(error.code, error.message.replaceAll(file, path), { hint: error.hint, cause: error.cause });
  }
}
