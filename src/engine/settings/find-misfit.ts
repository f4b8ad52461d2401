import type { SettingSchema } from './setting-definition.ts';

/** The first part of a value that its schema does not allow. */
export interface Misfit {
  /** The keys and indexes that lead to it; none for the value as a whole. */
  readonly path: readonly (string | number)[];
  /** The schema has no such key. */
  readonly isUnknown?: true;
}

/** @returns undefined for a valid value */
export function findMisfit(schema: SettingSchema, value: unknown, path: Misfit['path'] = []): Misfit | undefined {
  const misfit = { path };
  if ('anyOf' in schema) return schema.anyOf.some((one) => findMisfit(one, value) === undefined) ? undefined : misfit;
  switch (schema.type) {
    case 'array': {
      const { items, minItems = 0 } = schema;
      if (!Array.isArray(value) || value.length < minItems) return misfit;
      return firstOf(value.map((item, index) => findMisfit(items, item, [...path, index])));
    }
    case 'object': {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return misfit;
      const misfits = Object.entries(value).map(([key, item]): Misfit | undefined => {
        const place = [...path, key];
        if (!('properties' in schema)) return findMisfit(schema.additionalProperties, item, place);
        const known = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
        return known === undefined ? { path: place, isUnknown: true } : findMisfit(known, item, place);
      });
      return firstOf(misfits);
    }
    case 'integer':
      return Number.isInteger(value) && Number(value) >= schema.minimum && Number(value) <= schema.maximum
        ? undefined
        : misfit;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : misfit;
    case 'string': {
      if (typeof value !== 'string') return misfit;
      const { enum: words, pattern } = schema;
      const isAllowed =
        words === undefined ? pattern === undefined || new RegExp(pattern).test(value) : words.includes(value);
      return isAllowed ? undefined : misfit;
    }
  }
}

/** The part of a value at a path. */
export function partAt(value: unknown, path: Misfit['path']): unknown {
  return path.reduce<unknown>((part, key) => (part as Record<string | number, unknown> | undefined)?.[key], value);
}

function firstOf(misfits: readonly (Misfit | undefined)[]): Misfit | undefined {
  return misfits.find((misfit) => misfit !== undefined);
}
