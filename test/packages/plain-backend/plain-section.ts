import {
  type PlanNote,
  type ResolvedExperiment,
  type ResolvedProcess,
  type SectionSchemas,
  suggestion,
} from '@symphony-run/symphony/engine';

/** A `plain:` section, of an experiment or of a process, which overrides the experiment's. */
export interface PlainSection {
  /** How much the processes yield to others, from 0 to 19; that of the setting `plainNiceness` by default. */
  readonly niceness?: number;
}

const schema = {
  type: 'object',
  properties: {
    niceness: { type: 'integer', minimum: 0, maximum: 19, description: 'How much the processes yield to others.' },
  },
  additionalProperties: false,
} as const;

/** A group has no fields of its own. */
export const plainSectionSchemas: SectionSchemas = { experiment: schema, process: schema };

/** The niceness that a spec says for a process; undefined if it says none. */
export function declaredNiceness(experiment: ResolvedExperiment, resolved: ResolvedProcess): number | undefined {
  const [own, shared] = [resolved, experiment].map(({ sections }) => sections.plain as PlainSection | undefined);
  return own?.niceness ?? shared?.niceness;
}

/** The problems in the `plain` sections of a spec, each once, however many replicas a process has. */
export function checkSections({ sections, processes }: ResolvedExperiment): PlanNote[] {
  const names = Object.keys(schema.properties);
  const notes = [...checkFields('plain', sections.plain, names)];
  for (const { path, sections, groupSections } of processes) {
    notes.push(...checkFields(`${path.replace(/\.processes\.[^.]+$/, '')}.plain`, groupSections.plain, []));
    notes.push(...checkFields(`${path}.plain`, sections.plain, names));
  }
  return [...new Map(notes.map((note) => [note.path, note])).values()];
}

function checkFields(place: string, section: object = {}, names: readonly string[]): PlanNote[] {
  return Object.entries(section).flatMap(([name, value]): PlanNote[] => {
    const note = { verdict: 'refused', path: `${place}.${name}` } as const;
    if (!names.includes(name)) {
      const hint = suggestion(name, names) ?? 'An experiment and a process have one: niceness.';
      return [{ ...note, message: 'there is no such field', hint }];
    }
    if (Number.isInteger(value) && value >= 0 && value <= 19) return [];
    return [{ ...note, message: `is ${JSON.stringify(value)}; it must be a whole number from 0 to 19` }];
  });
}
