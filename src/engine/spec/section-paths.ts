import type { SpecLevel } from '../contract/backend-definition.ts';
import { registeredSections } from '../contract/backend-registry.ts';
import { expandHome } from '../files/paths.ts';
import { absolutePath } from '../files/working-directory.ts';
import type { BackendSection } from './experiment-spec.ts';
import { sectionsOf } from './spec-fields.ts';

/**
 * The sections of a part of a spec, with the fields that their backends declare as paths made absolute.
 * @param baseDir the folder of the declaration; the working directory by default
 */
export function sectionsWithPaths(
  level: SpecLevel,
  fields: object,
  baseDir: string | undefined,
): Readonly<Record<string, BackendSection>> {
  const known = registeredSections();
  const absolute = (value: string) => absolutePath(expandHome(value), baseDir);
  return Object.fromEntries(
    Object.entries(sectionsOf(level, fields)).map(([name, section]) => {
      const paths = known.get(name)?.paths ?? [];
      const changed = paths.reduce<unknown>((rest, path) => changeText(rest, path.split('.'), absolute), section);
      return [name, changed as BackendSection];
    }),
  );
}

/** Changes the text at a path into an object. Returns the value as it is if there is none. */
function changeText(value: unknown, [first, ...rest]: readonly string[], change: (text: string) => string): unknown {
  if (first === undefined) return typeof value === 'string' ? change(value) : value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, first)) return value;
  const inner = (value as Readonly<Record<string, unknown>>)[first];
  return { ...value, [first]: changeText(inner, rest, change) };
}
