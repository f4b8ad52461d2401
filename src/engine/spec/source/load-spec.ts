import { dirname } from 'node:path';
import { SymphonyError } from '../../contract/errors.ts';
import { expandHome } from '../../files/paths.ts';
import { absolutePath } from '../../files/working-directory.ts';
import { finalName } from '../../settings/username.ts';
import type { ExperimentSpec } from '../experiment-spec.ts';
import { examineSpec } from '../parse-spec.ts';
import { invalidSpec } from '../problem.ts';
import { parseSource } from './parse-source.ts';
import { readSource } from './read-source.ts';
import { applySetValues, parseSetValue, setOption } from './set-values.ts';

export interface LoadOptions {
  /** `path=value`, each overriding the file: `processes.learner.image=x`, or `image=x` for the experiment. */
  readonly set?: readonly string[];
  /** Overrides the experiment's name. */
  readonly name?: string;
  /** The base of a relative path; the working directory by default. */
  readonly cwd?: string;
}

/**
 * The validated spec of a YAML or JSON file, with the username prefixed to its name. Its paths are relative to the file's
 * folder.
 * @throws SymphonyError `invalid-spec` listing every problem with its line, or if there is no such file; `usage` for an
 *   invalid `set`
 */
export function loadSpec(path: string, options: LoadOptions = {}): Promise<ExperimentSpec> {
  return readSpecFile(path, options, finalName);
}

/** The same without the username, for files that contain final names. */
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
  // The folder of a pipe (`launch <(generate)`) means nothing.
  const baseDir = /^\/(dev|proc)\//.test(file) ? cwd : dirname(file);
  const { spec, problems } = examineSpec(data, { baseDir });
  if (spec !== undefined) return spec;
  throw invalidSpec(problems, path, (place) => {
    const origin = values.findLast((value) => value.path.every((part, index) => String(part) === String(place[index])));
    if (origin !== undefined) return setOption(origin.text);
    return `${path}:${source.lineOf(place) ?? 1}`;
  });
}

/** Reads the file. Messages name it as the caller did. */
async function readFrom(path: string, file: string): Promise<string> {
  try {
    return await readSource(file);
  } catch (error) {
    if (!(error instanceof SymphonyError)) throw error;
    throw new SymphonyError(error.code, error.message.replaceAll(file, path), { hint: error.hint, cause: error.cause });
  }
}
