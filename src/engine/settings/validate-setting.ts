import { SymphonyError } from '../contract/errors.ts';
import { expandHome } from '../files/paths.ts';
import { absolutePath } from '../files/working-directory.ts';
import { unknownName } from '../text/common-errors.ts';
import { suggestion } from '../text/suggestion.ts';
import { findMisfit, partAt } from './find-misfit.ts';
import type { SettingDefinition } from './setting-definition.ts';
import { type SettingName, type SettingValues, settingDefinitions, settingNames } from './settings-table.ts';

/** The source of a value, for messages, and the base of its relative paths, by default the working directory. */
export interface SettingPlace {
  readonly place: string;
  readonly folder?: string;
}

/** @throws SymphonyError `usage` naming the place, with similar settings */
export function checkSettingName(name: string, where: string): SettingName {
  if (settingDefinitions().has(name as SettingName)) return name as SettingName;
  throw new SymphonyError('usage', `${where}: there is no setting ${JSON.stringify(name)}.`, {
    hint: suggestion(name, settingNames()),
  });
}

/**
 * The value in its final form: validated, `~` expanded, paths absolute.
 * @throws SymphonyError `usage` naming the place and what is expected
 */
export function checkSetting<Name extends SettingName>(
  name: Name,
  value: unknown,
  { place, folder }: SettingPlace,
): SettingValues[Name] {
  const definition = settingDefinition(name);
  const misfit = findMisfit(definition.schema, value);
  if (misfit !== undefined) {
    const where = misfit.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
    const part = partAt(definition.shown?.(value) ?? value, misfit.path);
    const what = misfit.isUnknown ? 'not known' : describe(part);
    const whole = misfit.path.length === 0 ? 'It' : name;
    throw new SymphonyError('usage', `${place}: ${name}${where} is ${what}.`, {
      hint: `${whole} must be ${definition.expects}.`,
    });
  }
  const isPath = definition.path && value !== '';
  return (isPath ? absolutePath(expandHome(value as string), folder) : value) as SettingValues[Name];
}

/** Parses a value from an environment variable or the command line; it is not validated yet. */
export function parseSettingText(name: SettingName, text: string): unknown {
  const { schema } = settingDefinition(name);
  const type = 'type' in schema ? schema.type : undefined;
  if (type === 'string') return text;
  if (type === 'boolean') {
    const word = text.toLowerCase();
    if (['true', '1', 'yes', 'on'].includes(word)) return true;
    return ['false', '0', 'no', 'off'].includes(word) ? false : text;
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** @throws SymphonyError `usage` for a setting of a backend that is not registered */
export function settingDefinition(name: SettingName): SettingDefinition {
  const definition = settingDefinitions().get(name);
  if (definition !== undefined) return definition;
  throw unknownName('setting', name, settingNames(), { code: 'usage' });
}

function describe(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
