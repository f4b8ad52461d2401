import { closestNames } from '../closest-names.ts';
import { SymphonyError } from '../errors.ts';
import type { SpecPath } from './problem.ts';

/** One `--set path=value`. */
export interface SetValue {
  readonly text: string;
  readonly path: SpecPath;
  readonly value: unknown;
}

/**
 * Reads `processes.learner.image=x`; `image=x` is the experiment's. A part of the path that holds dots stands in quotes,
 * an element of a list is named by its number: `connect[0]` or `connect.0`. The value is what YAML reads of it, if that is
 * no map that nobody asked for by `{`.
 * @throws SymphonyError `usage`
 */
export async function parseSetValue(text: string): Promise<SetValue> {
  const [, pathText, valueText] = /^((?:"[^"]*"|[^="])+)=(.*)$/s.exec(text) ?? [];
  const path = pathText === undefined ? undefined : parsePath(pathText);
  if (path === undefined || valueText === undefined) {
    throw new SymphonyError('usage', `--set ${text} is not of the form path=value.`, {
      hint: 'Such as --set processes.learner.image=python:3.13.',
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
  // What a variable is set to is a text: 1.10 stays 1.10.
  return path.at(-2) === 'env' && !isFlow ? text : document.toJS({ maxAliasCount: 0 });
}

/**
 * Puts the values into what was read from a file, which it changes.
 * @throws SymphonyError `invalid-spec` if a path leads through something that is not there, or is neither map nor list
 */
export function applySetValues(data: unknown, values: readonly SetValue[]): void {
  for (const { text, path, value } of values) {
    let owner = data;
    path.forEach((part, depth) => {
      if (typeof owner !== 'object' || owner === null) {
        throw new SymphonyError(
          'invalid-spec',
          `--set ${text}: ${path.slice(0, depth).join('.')} is neither map nor list.`,
        );
      }
      const isLast = depth === path.length - 1;
      const key = Array.isArray(owner) ? listIndex(owner, part, text) : String(part);
      const fields = owner as Record<string | number, unknown>;
      if (isLast) {
        fields[key] = value;
        return;
      }
      if (!Object.hasOwn(fields, key) || fields[key] === null) {
        checkDeclared(path, depth, fields, text);
        fields[key] = {};
      }
      owner = fields[key];
    });
  }
}

function listIndex(list: readonly unknown[], part: string | number, text: string): number {
  const index = Number(part);
  if (Number.isInteger(index) && index >= 0 && index <= list.length) return index;
  throw new SymphonyError('invalid-spec', `--set ${text}: there is no element ${part}; the list has ${list.length}.`);
}

/** A process or group that is only set to something is a slip of the fingers, not a new one. */
function checkDeclared(path: SpecPath, depth: number, siblings: object, text: string): void {
  const kind = ['processes', 'groups'].find((section) => section === path[depth - 1]);
  if (kind === undefined || depth % 2 === 0) return;
  const close = closestNames(String(path[depth]), Object.keys(siblings));
  const known = Object.keys(siblings).join(', ') || 'none';
  throw new SymphonyError('invalid-spec', `--set ${text}: there is no ${JSON.stringify(path[depth])} in ${kind}.`, {
    hint: close.length > 0 ? `Did you mean ${close.join(' or ')}?` : `There are: ${known}.`,
  });
}
