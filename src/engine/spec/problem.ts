import { SymphonyError } from '../contract/errors.ts';

/** A place in a spec: field names, and indices of list elements. */
export type SpecPath = readonly (string | number)[];

export interface Problem {
  readonly path: SpecPath;
  /** What is wrong, and what is expected. */
  readonly message: string;
}

/** `processes.agent.connect[0]` */
export function formatPath(path: SpecPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const shown = /^[\w-]{1,80}$/.test(part) ? part : JSON.stringify(part.slice(0, 80));
    return text === '' ? shown : `${text}.${shown}`;
  }, '');
}

const maxShownProblems = 30;

/**
 * The error for an invalid spec: a summary, then a line for each problem.
 * @param source the name of the spec in the first line
 * @param locate the prefix of a problem's path: its file and line
 */
export function invalidSpec(
  problems: readonly Problem[],
  source = 'The spec',
  locate: (path: SpecPath) => string = () => '',
): SymphonyError {
  const lines = [...new Set(problems.map(({ path, message }) => formatProblem(path, message, locate(path))))];
  const shown = lines.slice(0, maxShownProblems).map((line) => `\n  ${line}`);
  const more = lines.length > maxShownProblems ? `\n  and ${lines.length - maxShownProblems} more` : '';
  const count = lines.length === 1 ? 'a problem' : `${lines.length} problems`;
  return new SymphonyError('invalid-spec', `${source} has ${count}:${shown.join('')}${more}`);
}

function formatProblem(path: SpecPath, message: string, location: string): string {
  return [location, formatPath(path), message].filter((part) => part !== '').join(': ');
}

/** A value for messages: short, and on one line. */
export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') {
    return value === '' ? 'an empty text' : JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  }
  return String(value);
}
