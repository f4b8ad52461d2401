import { interpolate, type Variables } from './interpolate.ts';

const entry =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*(?:'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|([^\r\n]*))[^\r\n]*$/gm;

/**
 * The variables of an env file (`.env`): `NAME=value` in lines, with comments, quotes, escapes in double quotes, and
 * references to variables, which single quotes prevent.
 * @param variables known before; those of the file itself are added as they come
 */
export function parseEnvFile(text: string, variables: Variables = {}): Record<string, string> {
  const values: Record<string, string> = {};
  const used = { known: new Set<string>(), unknown: new Set<string>() };
  for (const [, name = '', single, double, plain] of text.matchAll(entry)) {
    const resolve = (value: string) => interpolate(value, { ...values, ...variables }, used);
    if (single !== undefined) values[name] = single;
    else if (double !== undefined) values[name] = resolve(withoutEscapes(double));
    else values[name] = resolve((plain ?? '').replace(/(^|\s)#.*$/, '').trim());
  }
  return values;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function withoutEscapes(text: string): string {
  return text.replace(/\\([\s\S])/g, (_, letter: string) => escapes[letter] ?? (letter === '$' ? '$$' : letter));
}
