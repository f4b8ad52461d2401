import type { EnvironmentValue } from '../experiment-spec.ts';

/** A piece of a variable's value as it is written: text, or the name that `${NAME}` refers to. */
export type WrittenPart = { readonly text: string } | { readonly reference: string };

/** A piece of a variable's value: text, or the value of the secret variable of this name. */
export type ValuePart = { readonly text: string } | { readonly secret: string };

/** Values by name; those of secrets are left out. */
export type Values = Readonly<Record<string, string>>;

/**
 * Splits a value into text and references. `${NAME}` is a reference and `$$` a dollar sign; any other dollar sign stands
 * for itself.
 * @returns also the beginnings of references that have no end or no valid name; `parts` has them as text
 */
export function parseReferences(value: string): {
  readonly parts: readonly WrittenPart[];
  readonly malformed: readonly string[];
} {
  const parts: WrittenPart[] = [];
  const malformed: string[] = [];
  let text = '';
  let end = 0;
  for (const { 0: found, 1: name, index } of value.matchAll(/\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{/g)) {
    text += value.slice(end, index);
    end = index + found.length;
    if (found === '$$') text += '$';
    else if (name === undefined) {
      text += found;
      malformed.push(value.slice(index, index + 40));
    } else {
      if (text !== '') parts.push({ text });
      parts.push({ reference: name });
      text = '';
    }
  }
  text += value.slice(end);
  if (text !== '') parts.push({ text });
  return { parts, malformed };
}

/** A value that means exactly this text. */
export function withoutReferences(text: string): string {
  return text.replace(/\$(?=[${])/g, '$$$$');
}

/** Whether a value can differ from its text; false for nearly all values, so that these cost nothing. */
export function mayRefer(value: EnvironmentValue | undefined): value is string {
  return typeof value === 'string' && /\$[${]/.test(value);
}

/**
 * The declared variables of a process with their references replaced, without its secret variables. A reference that
 * cannot be replaced stays as it is written; no validated spec has one.
 * @param env the resolved process's
 * @param symphony the variables that Symphony itself sets for the process
 */
export function expandReferences(
  env: Readonly<Record<string, EnvironmentValue>>,
  symphony: Values,
): Readonly<Record<string, readonly ValuePart[]>> {
  const expanded = new Map<string, readonly ValuePart[]>();
  const expand = (name: string, value: string, through: readonly string[]): readonly ValuePart[] => {
    const known = expanded.get(name);
    if (known !== undefined) return known;
    const parts = parseReferences(value).parts.flatMap((part) =>
      'text' in part ? [part] : follow(part.reference, [...through, name]),
    );
    const joined = joinTexts(parts);
    expanded.set(name, joined);
    return joined;
  };
  const follow = (name: string, through: readonly string[]): readonly ValuePart[] => {
    const value = Object.hasOwn(env, name) ? env[name] : symphonyValue(name, symphony);
    if (value === undefined || through.includes(name)) return [{ text: `\${${name}}` }];
    if (typeof value !== 'string') return [{ secret: name }];
    return Object.hasOwn(env, name) ? expand(name, value, through) : [{ text: value }];
  };
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, expand(name, value, [])] as const] : [],
    ),
  );
}

/**
 * The declared variables of a process as the process gets them, secret ones included.
 * @param secrets the values of its secret variables
 */
export function declaredEnvironment(
  env: Readonly<Record<string, EnvironmentValue>>,
  symphony: Values,
  secrets: Values,
): Record<string, string> {
  const text = (part: ValuePart) => ('text' in part ? part.text : (secrets[part.secret] ?? ''));
  const plain = Object.entries(expandReferences(env, symphony)).map(
    ([name, parts]) => [name, parts.map(text).join('')] as const,
  );
  return { ...secrets, ...Object.fromEntries(plain) };
}

/** Only these: a default such as PYTHONUNBUFFERED gives way to the launching shell's value. */
function symphonyValue(name: string, symphony: Values): string | undefined {
  return name.startsWith('SYMPH_') && Object.hasOwn(symphony, name) ? symphony[name] : undefined;
}

function joinTexts(parts: readonly ValuePart[]): readonly ValuePart[] {
  const joined: ValuePart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last !== undefined && 'text' in last && 'text' in part)
      joined[joined.length - 1] = { text: last.text + part.text };
    else joined.push(part);
  }
  return joined;
}
