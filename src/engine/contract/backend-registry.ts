import { generalSettings } from '../settings/general-settings.ts';
import type { SettingDefinition } from '../settings/setting-definition.ts';
import { isSpecField } from '../spec/spec-fields.ts';
import { unknownName } from '../text/common-errors.ts';
import type { BackendDefinition, ProcessFact, SectionDefinition } from './backend-definition.ts';
import { SymphonyError } from './errors.ts';

const definitions = new Map<string, BackendDefinition>();
const reservedSections = new Set<string>();

/**
 * Makes a backend available under a name; a later one of the same name replaces it.
 * @throws SymphonyError `usage` for a name that cannot be used, `conflict` for one that belongs to another backend
 */
export function registerBackend(name: string, definition: BackendDefinition): void {
  checkDefinition(name, definition);
  definitions.set(name, definition);
}

/** Accepts a section of this name in specs, with any fields, although no registered backend has it. */
export function reserveSection(name: string): void {
  reservedSections.add(name);
}

/** Every registered backend, in the order of registration. */
export function registeredBackends(): ReadonlyMap<string, BackendDefinition> {
  return definitions;
}

/** The definition of a backend by its name. @throws SymphonyError `not-found` with the nearest names */
export function requireBackend(name: string): BackendDefinition {
  const definition = definitions.get(name);
  if (definition !== undefined) return definition;
  throw unknownName('backend', name, [...definitions.keys()]);
}

/** The sections that a spec may have, by name; a reserved one has no definition. */
export function registeredSections(): ReadonlyMap<string, SectionDefinition | undefined> {
  const sections = new Map<string, SectionDefinition | undefined>();
  for (const [backend, { section }] of definitions) {
    if (section !== undefined) sections.set(section.name ?? backend, section);
  }
  for (const name of reservedSections) if (!sections.has(name)) sections.set(name, undefined);
  return sections;
}

/** A setting with the backend that it belongs to. */
export interface BackendSetting {
  readonly backend: string;
  readonly definition: SettingDefinition;
}

/** The settings of all registered backends, by name. */
export function registeredSettings(): ReadonlyMap<string, BackendSetting> {
  const settings = new Map<string, BackendSetting>();
  for (const [backend, definition] of definitions) {
    for (const [name, setting] of Object.entries(definition.settings ?? {})) {
      if (!settings.has(name)) settings.set(name, { backend, definition: setting });
    }
  }
  return settings;
}

/** What registered backends say about processes; a fact that several have is listed once. */
export function registeredFacts(): readonly ProcessFact[] {
  const facts = [...definitions.values()].flatMap((definition) => definition.facts ?? []);
  return [...new Map(facts.map((fact) => [fact.name, fact])).values()];
}

/** The text of a fact in a status; undefined if it is unknown. */
export function factText(status: object, { name, format = String }: ProcessFact): string | undefined {
  const value = (status as Readonly<Record<string, unknown>>)[name];
  return value === undefined ? undefined : format(value);
}

function checkDefinition(name: string, { section, settings = {} }: BackendDefinition): void {
  const refuse = (code: 'usage' | 'conflict', message: string): never => {
    throw new SymphonyError(code, `The backend ${JSON.stringify(name)} cannot be registered: ${message}.`);
  };
  if (!/^[a-z][a-z0-9-]*$/.test(name)) refuse('usage', 'its name must be lower case letters, digits and hyphens');
  const sectionName = section?.name ?? name;
  if (section !== undefined && isSpecField(sectionName)) {
    refuse('conflict', `its section ${JSON.stringify(sectionName)} has the name of a field that every spec has`);
  }
  const taken = registeredSettings();
  for (const [setting, definition] of Object.entries(settings)) {
    if (!/^[a-z][A-Za-z0-9]*$/.test(setting)) {
      refuse('usage', `its setting ${JSON.stringify(setting)} must be letters and digits, starting in lower case`);
    }
    if (setting in generalSettings) refuse('conflict', `the setting ${setting} exists already`);
    const other = taken.get(setting);
    if (other !== undefined && other.backend !== name && other.definition !== definition) {
      refuse('conflict', `the setting ${setting} belongs to the backend ${other.backend}`);
    }
  }
}
