import type { Place } from './draft.ts';
import { parseImportedDuration, parseImportedSize } from './quantities.ts';
import { isList, isMap, showValue, toBoolean, toWhole, type Value, type ValueMap } from './value.ts';

/**
 * The fields of one map of an imported file. Each is taken at most once; what was not taken is noted as missing by
 * `finish`, so that nothing is dropped in silence. A value of a wrong form is noted as well, and counts as absent.
 */
export class Fields {
  readonly #values: Map<string, Value>;
  readonly #prefix: string;
  readonly place: Place;

  /** @param prefix of the names of its fields in notes: `healthcheck.` */
  constructor(value: Value | undefined, place: Place, prefix = '') {
    this.#values = new Map(Object.entries(isMap(value) ? value : {}));
    this.#prefix = prefix;
    this.place = place;
    if (value !== undefined && value !== null && !isMap(value)) {
      place.lose(`${prefix.replace(/\.$/, '')}: ${showValue(value)}`, 'It should be a map.');
    }
  }

  take(name: string): Value | undefined {
    const value = this.#values.get(name);
    this.#values.delete(name);
    return value ?? undefined;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** A text; one that is blank counts as absent. */
  text(name: string): string | undefined {
    const text = this.#read(name, 'a text', (value) => (typeof value === 'string' ? value : undefined));
    return isBlank(text) ? undefined : text;
  }

  flag(name: string): boolean | undefined {
    return this.#read(name, 'true or false', (value) => (typeof value === 'string' ? toBoolean(value) : undefined));
  }

  whole(name: string): number | undefined {
    return this.#read(name, 'a whole number', (value) => (typeof value === 'string' ? toWhole(value) : undefined));
  }

  /** A size of a spec, from one as Docker understands it, where 0 means none. */
  size(name: string): string | undefined {
    const read = (value: Value) => (typeof value === 'string' ? parseImportedSize(value) : undefined);
    const size = this.#read(name, 'a size', read);
    return size !== undefined && Number.parseFloat(size) > 0 ? size : undefined;
  }

  /** A duration as a spec has it. */
  duration(name: string): string | undefined {
    return this.#read(name, 'a duration', (value) =>
      typeof value === 'string' ? parseImportedDuration(value) : undefined,
    );
  }

  /** One text, or a list of texts, without blank ones. */
  texts(name: string): readonly string[] {
    const read = (value: Value) => {
      if (typeof value === 'string') return [value];
      if (!isList(value)) return undefined;
      return value.every((item) => typeof item === 'string') ? (value as readonly string[]) : undefined;
    };
    return (this.#read(name, 'a list of texts', read) ?? []).filter((text) => !isBlank(text));
  }

  list(name: string): readonly Value[] {
    return this.#read(name, 'a list', (value) => (isList(value) ? value : undefined)) ?? [];
  }

  map(name: string): ValueMap {
    return this.#read(name, 'a map', (value) => (isMap(value) ? value : undefined)) ?? {};
  }

  /** A map, or a list of `name=value`; null for a name without a value. */
  pairs(name: string, separator: RegExp = /=/): Readonly<Record<string, string | null>> {
    const read = (value: Value): Record<string, string | null> | undefined => {
      if (isMap(value)) {
        const entries = Object.entries(value).map(([key, item]) => [key, item === null ? null : textOf(item)] as const);
        return Object.fromEntries(entries);
      }
      if (!isList(value)) return undefined;
      return Object.fromEntries(
        value.map((item) => {
          const text = textOf(item);
          const index = text.search(separator);
          return index < 0 ? [text, null] : [text.slice(0, index), text.slice(index + 1)];
        }),
      );
    };
    const pairs = Object.entries(this.#read(name, 'names with values', read) ?? {});
    return Object.fromEntries(pairs.filter(([key]) => !isBlank(key)));
  }

  /** The fields of a map in it. */
  inner(name: string): Fields {
    return new Fields(this.take(name), this.place, `${this.#prefix}${name}.`);
  }

  /** Notes that a field is missing in the result. */
  lose(name: string, reason: string): void {
    const value = this.take(name);
    if (value !== undefined) this.place.lose(`${this.#prefix}${name}: ${showValue(value)}`, reason);
  }

  /** Notes everything that was not taken. @param reasons by field */
  finish(reasons: Readonly<Record<string, string>> = {}): void {
    for (const name of [...this.#values.keys()]) {
      // Fields that start with x- are for other programs, by agreement.
      if (name.startsWith('x-')) this.#values.delete(name);
      else this.lose(name, reasons[name] ?? 'Symphony has nothing like it.');
    }
  }

  #read<Result>(name: string, form: string, read: (value: Value) => Result | undefined): Result | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    const result = read(value);
    if (result === undefined) this.place.lose(`${this.#prefix}${name}: ${showValue(value)}`, `It should be ${form}.`);
    return result;
  }
}

function textOf(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isBlank(text: string | undefined): boolean {
  return text?.trim() === '';
}
