import type { HelpBlock } from './help-block.ts';

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
}

/** The fields of a spec, from the schema that editors use. */
export async function specTopic(program: string): Promise<readonly HelpBlock[]> {
  const { specJsonSchema } = await import('../../engine/spec/schema/json-schema.ts');
  const experiment = (await specJsonSchema()) as Schema;
  return [
    { text: `A declaration is a YAML or JSON file for ${program} launch, with the same meaning on every backend:` },
    { example: exampleSpec },
    {
      text: 'Durations are seconds, or 500ms, 5s, 2m, 1h. Sizes are bytes, or 512Mi, 4G. CPU is cores: 0.5 or 500m. Names are lower case letters, digits and hyphens, and start with a letter.',
    },
    { heading: 'The experiment' },
    { terms: fields(experiment) },
    { heading: 'A process group' },
    { terms: fields(memberOf(experiment, 'groups')) },
    { heading: 'A process' },
    { terms: fields(memberOf(experiment, 'processes')) },
    { text: `${program} launch FILE --dry-run prints what a backend would do with it, and what it cannot do.` },
  ];
}

const exampleSpec = `name: rl
processes:
  learner:
    command: python learner.py
    bind: [replay]
    expose: { tensorboard: 6006 }
groups:
  agents:
    processes:
      agent: { command: [python, agent.py], replicas: 4, connect: [replay] }`;

/** The schema of the values of a field that maps names to objects. */
function memberOf(schema: Schema, field: string): Schema {
  const members = schema.properties?.[field]?.additionalProperties;
  return typeof members === 'object' ? members : {};
}

function fields({ properties = {}, required = [] }: Schema): readonly (readonly [string, string])[] {
  const named = Object.entries(properties).filter(([name]) => !name.startsWith('$'));
  return named.map(([name, { description = '' }]) => [
    required.includes(name) ? `${name} (required)` : name,
    description,
  ]);
}
