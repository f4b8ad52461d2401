import { isList, isMap, type Value, type ValueMap } from '../value.ts';

/** Fields whose value replaces that of the base as a whole. */
const replaced = new Set(['command', 'entrypoint', 'healthcheck.test']);

/** Fields that are a map, or a list of `name=value`. */
const pairs = new Set(['environment', 'labels', 'annotations', 'sysctls', 'build.args', 'build.labels']);

/** Fields that are a map, or a list of its names. */
const named = new Set(['depends_on', 'networks']);

/** Fields that are a list, or one item of it. */
const items = new Set(['env_file', 'dns', 'dns_search', 'tmpfs']);

/** A service over the one that it extends, as compose merges them: maps by entry, lists one after the other. */
export function mergeServices(base: ValueMap, own: ValueMap): ValueMap {
  return mergeMaps(base, own, '');
}

function mergeMaps(base: ValueMap, own: ValueMap, prefix: string): ValueMap {
  const entries = Object.entries(own).map(([name, value]) => {
    const inherited = Object.hasOwn(base, name) ? base[name] : undefined;
    return [name, mergeField(`${prefix}${name}`, inherited ?? null, value)] as const;
  });
  return { ...base, ...Object.fromEntries(entries) };
}

function mergeField(field: string, base: Value, own: Value): Value {
  if (base === null || replaced.has(field)) return own;
  if (own === null) return base;
  const [from, to] = [widen(field, base), widen(field, own)];
  if (isMap(from) && isMap(to)) return mergeMaps(from, to, `${field}.`);
  if (isList(from) && isList(to)) return mergeLists(field, from, to);
  return own;
}

/** The longer form of a field that has a shorter one. */
function widen(field: string, value: Value): Value {
  if (field === 'build' && typeof value === 'string') return { context: value };
  if (items.has(field) && !isList(value)) return [value];
  if (!isList(value)) return value;
  if (pairs.has(field)) return Object.fromEntries(value.map((item) => splitPair(textOf(item))));
  if (named.has(field)) return Object.fromEntries(value.map((item) => [textOf(item), null]));
  return value;
}

function textOf(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function splitPair(text: string): readonly [string, string | null] {
  const index = text.indexOf('=');
  return index < 0 ? [text, null] : [text.slice(0, index), text.slice(index + 1)];
}

/** Of two volumes for one path, the later one counts. */
function mergeLists(field: string, base: readonly Value[], own: readonly Value[]): readonly Value[] {
  const keyOf = (item: Value) => (field === 'volumes' ? mountedAt(item) : JSON.stringify(item));
  return [...new Map([...base, ...own].map((item) => [keyOf(item), item])).values()];
}

function mountedAt(volume: Value): string {
  if (isMap(volume)) return String(volume.target);
  const [first = '', second] = String(volume).split(':');
  return second ?? first;
}
