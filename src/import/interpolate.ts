/** Values of variables, by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The names of variables that texts refer to. */
export interface UsedVariables {
  readonly known: Set<string>;
  readonly unknown: Set<string>;
}

const reference = /\$(?:(\$)|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?+])((?:[^{}$]|\$(?!\{)|\$\{[^{}]*\})*))?\})/g;

/**
 * Replaces `$NAME`, `${NAME}` and the forms with a default (`${NAME:-x}`), an alternative (`${NAME:+x}`) or a message
 * (`${NAME:?x}`), as compose does. `$$` is a dollar sign. A variable without a value becomes empty.
 */
export function interpolate(text: string, variables: Variables, used: UsedVariables): string {
  return text.replace(reference, (_, dollar?: string, bare?: string, braced?: string, operator?: string, rest = '') => {
    if (dollar !== undefined) return '$';
    const name = bare ?? braced ?? '';
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    const isThere = value !== undefined && !(operator?.startsWith(':') && value === '');
    const other = () => interpolate(rest, variables, used);
    if (operator?.endsWith('+')) return isThere ? other() : '';
    if (isThere) used.known.add(name);
    else if (!operator?.endsWith('-')) used.unknown.add(name);
    if (isThere) return value;
    return operator?.endsWith('-') ? other() : '';
  });
}

/** The sentences that say which values of variables a result holds. */
export function describeVariables({ known, unknown }: UsedVariables): string[] {
  return [
    ...(known.size === 0 ? [] : [`These variables have the values that they had at the import: ${list(known)}.`]),
    ...(unknown.size === 0 ? [] : [`These variables were not set, and are empty here: ${list(unknown)}.`]),
  ];
}

function list(names: ReadonlySet<string>): string {
  return [...names].sort().join(', ');
}
