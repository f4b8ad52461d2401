import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { specJsonSchema } from '../../../../src/engine/spec/schema/json-schema.ts';

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
}

/** Every field of the schema, with its path. */
function fields(schema: Schema, path = ''): [string, Schema][] {
  const inside = [...(schema.anyOf ?? []), schema.additionalProperties, schema.items];
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]): [string, Schema][] => [
      [`${path}.${name}`, field],
      ...fields(field, `${path}.${name}`),
    ]),
    ...inside.flatMap((part) => (typeof part === 'object' ? fields(part, `${path}.*`) : [])),
  ];
}

it('describes every field', () => {
  const all = fields(specJsonSchema());
  expect(all.length).toBeGreaterThan(60);
  expect(all.filter(([, { description }]) => !description).map(([path]) => path)).toEqual([]);
});

it('accepts valid specs and refuses invalid ones', () => {
  const validate = new Ajv2020({ strict: false }).compile(specJsonSchema());
  const spec = (fields: object) => ({ name: 'rl', processes: { p: { command: 'x', ...fields } } });
  const right = [
    {},
    { bind: 'a' },
    { bind: ['a'] },
    { bind: { a: null, b: 80 } },
    { restart: 'always', stop: { timeout: '5s' } },
  ];
  for (const fields of right) expect(validate(spec(fields)), JSON.stringify(validate.errors)).toBe(true);
  const wrong = [
    { bind: 5 },
    { comand: 'x' },
    { command: [] },
    { replicas: 0 },
    { stop: { timeout: '5 s' } },
    { ready: 'soon' },
  ];
  for (const fields of wrong) expect(validate(spec(fields)), JSON.stringify(fields)).toBe(false);
});
