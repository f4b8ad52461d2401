import { SymphonyError } from '../errors.ts';

/** A place in a spec: field names, and indices of list elements. */
export type SpecPath = readonly (string | number)[];

export interface Problem {
  readonly path: SpecPath;
  /** What is wrong; what would be right. */
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

const mostShown = 30;

/**
 * The error for a spec in which something is wrong: a line for each problem under one that sums up.
 * @param source what the spec is called in the first line
 * @param locate what to put before a problem's path: the file and line it stands in
 */
export function invalidSpec(
  problems: readonly Problem[],
  source = 'The spec',
  locate: (path: SpecPath) => string = () => '',
): SymphonyError {
  const lines = [...new Set(problems.map(({ path, message }) => formatProblem(path, message, locate(path))))];
  const shown = lines.slice(0, mostShown).map((line) => `\n  ${line}`);
  const more = lines.length > mostShown ? `\n  and ${lines.length - mostShown} more` : '';
  const count = lines.length === 1 ? 'a problem' : `${lines.length} problems`;
  return new SymphonyError('invalid-spec', `${source} has ${count}:${shown.join('')}${more}`);
}

function formatProblem(path: SpecPath, message: string, location: string): string {
  return [location, formatPath(path), message].filter((part) => part !== '').join(': ');
}

/** A value as messages show it: short, and on one line. */
export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') {
    return value === '' ? 'an empty text' : JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  }
  return String(value);
}
