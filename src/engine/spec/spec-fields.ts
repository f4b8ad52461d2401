import type { SpecLevel } from '../contract/backend-definition.ts';
import type { BackendSection } from './experiment-spec.ts';

/** Fields that an experiment or a group sets for all its processes. */
const shared = ['env', 'startDir', 'preamble', 'shell', 'image', 'files', 'secrets'] as const;

/** The fields of a spec that every backend knows, in the order of printing. Every other field is a backend's section. */
export const specFields = {
  experiment: [
    '$schema',
    'name',
    'portRange',
    'onFailure',
    'endsWith',
    'maxDuration',
    ...shared,
    'processes',
    'groups',
  ],
  group: ['replicas', 'after', ...shared, 'restart', 'maxRestarts', 'resources', 'processes'],
  process: [
    'command',
    'replicas',
    'bind',
    'connect',
    'expose',
    ...shared,
    'restart',
    'maxRestarts',
    'ready',
    'after',
    'maxDuration',
    'alive',
    'stop',
    'tty',
    'resources',
    'log',
  ],
} as const satisfies Readonly<Record<SpecLevel, readonly string[]>>;

/** Whether a field of this name could not be told from a section. */
export function isSpecField(name: string): boolean {
  return Object.values(specFields).some((fields) => (fields as readonly string[]).includes(name));
}

/**
 * The sections of backends in an experiment, a group or a process of a validated spec, by name, in alphabetical order. A
 * program finds them even where their backends are not registered.
 */
export function sectionsOf(level: SpecLevel, fields: object): Readonly<Record<string, BackendSection>> {
  const known: readonly string[] = specFields[level];
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name, value]) => value !== undefined && !known.includes(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
