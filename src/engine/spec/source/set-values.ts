import { SymphonyError } from '../../contract/errors.ts';
import { adviceFor, advise } from '../../text/advice.ts';
import { suggestion } from '../../text/suggestion.ts';
import type { SpecPath } from '../problem.ts';

/** One `--set path=value`. */
export interface SetValue {
  readonly text: string;
  readonly path: SpecPath;
  readonly value: unknown;
}

/** The option that sets a value, as the reader of errors gives it: `--set path=value`, or `set "path=value"`. */
export function setOption(text: string): string {
  return adviceFor(advise((say) => say.either(`--set ${text}`, `set ${JSON.stringify(text)}`)));
}

/**
 * Parses `processes.learner.image=x`; `image=x` sets the experiment's field. A part of the path with dots is quoted, an
 * element of a list is named by its index: `connect[0]` or `connect.0`. The value is parsed as YAML, except that text
 * becomes a map or a list only if it begins with a bracket.
 * @throws SymphonyError `usage`
 */
export async function parseSetValue(text: string): Promise<SetValue> {
  const [, pathText, valueText] = /^((?:"[^"]*"|[^="])+)=(.*)$/s.exec(text) ?? [];
  const path = pathText === undefined ? undefined : parsePath(pathText);
  if (path === undefined || valueText === undefined) {
    throw new SymphonyError('usage', `${setOption(text)} is not of the form path=value.`, {
      hint: `Such as ${setOption('processes.learner.image=python:3.13')}.`,
    });
  }
  return { text, path, value: await parseValue(path, valueText) };
}

function parsePath(text: string): SpecPath | undefined {
  const part = /(?:^|(?<!^)\.)(?:"([^"]*)"|([^."[\]]+))|\[(\d+)\]/y;
  const path: (string | number)[] = [];
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (match === null) return undefined;
    const [, quoted, plain, index] = match;
    path.push(index === undefined ? (quoted ?? plain ?? '') : Number(index));
  }
  return path.includes('__proto__') ? undefined : path;
}

async function parseValue(path: SpecPath, text: string): Promise<unknown> {
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text, { logLevel: 'silent' });
  const isFlow = /^\s*[[{"']/.test(text);
  if (document.errors.length > 0 || (!isFlow && typeof document.toJS() === 'object')) {
    return /^\s*(null|~)\s*$/.test(text) ? null : text;
  }
  // A variable's value is text: 1.10 stays 1.10.
  return path.at(-2) === 'env' && !isFlow ? text : document.toJS({ maxAliasCount: 0 });
}

/**
 * Sets the values in the data of a file, in place.
 * @throws SymphonyError `invalid-spec` if a path leads through something that is missing, or is neither map nor list
 */
export function applySetValues(data: unknown, values: readonly SetValue[]): void {
  for (const { text, path, value } of values) {
    let owner = data;
    path.forEach((part, depth) => {
      if (typeof owner !== 'object' || owner === null) {
        throw new SymphonyError(
          'invalid-spec',
          `${setOption(text)}: ${path.slice(0, depth).join('.')} is neither map nor list.`,
        );
      }
      const isLast = depth === path.length - 1;
      const key = Array.isArray(owner) ? listIndex(owner, part, text) : String(part);
      const fields = owner as Record<string | number, unknown>;
      if (isLast) {
        fields[key] = value;
        return;
      }
      if (!Object.hasOwn(fields, key)) checkDeclared(path, depth, fields, text);
      if (!Object.hasOwn(fields, key) || fields[key] === null) fields[key] = {};
      owner = fields[key];
    });
  }
}

function listIndex(list: readonly unknown[], part: string | number, text: string): number {
  const index = Number(part);
  if (Number.isInteger(index) && index >= 0 && index <= list.length) return index;
  throw new SymphonyError(
    'invalid-spec',
    `${setOption(text)}: there is no element ${part}; the list has ${list.length}.`,
  );
}

/** `--set` does not declare processes or groups: an unknown name is a typo. */
function checkDeclared(path: SpecPath, depth: number, siblings: object, text: string): void {
  const kind = ['processes', 'groups'].find((section) => section === path[depth - 1]);
  if (kind === undefined || depth % 2 === 0) return;
  throw new SymphonyError(
    'invalid-spec',
    `${setOption(text)}: there is no ${JSON.stringify(path[depth])} in ${kind}.`,
    {
      hint: suggestion(String(path[depth]), Object.keys(siblings)) ?? 'There is none at all.',
    },
  );
}
