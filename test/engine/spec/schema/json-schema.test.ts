import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, expect, it } from 'vitest';
import { registerBackend, reserveSection } from '../../../../src/engine/contract/backend-registry.ts';
import { specJsonSchema } from '../../../../src/engine/spec/schema/json-schema.ts';
import { specFields } from '../../../../src/engine/spec/spec-fields.ts';
import { inertBackend } from '../../support/inert-backend.ts';

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

beforeAll(() => {
  const count = { type: 'integer', description: 'How many.' };
  registerBackend('grid', {
    ...inertBackend,
    section: {
      schemas: async () => ({
        experiment: { properties: { queue: { type: 'string' }, count } },
        process: { properties: { count } },
      }),
    },
  });
  registerBackend('mesh', { ...inertBackend, section: { name: 'net', schemas: async () => ({}) } });
  reserveSection('later');
});

it('describes every field', async () => {
  const all = fields(await specJsonSchema());
  expect(all.length).toBeGreaterThan(60);
  expect(all.filter(([, { description }]) => !description).map(([path]) => path)).toEqual([]);
});

it('has the known fields and the registered sections in each place', async () => {
  const names = (schema: Schema | undefined) => Object.keys(schema?.properties ?? {}).sort();
  const inside = (schema: Schema | undefined, field: string) =>
    schema?.properties?.[field]?.additionalProperties as Schema | undefined;
  const experiment: Schema = await specJsonSchema();
  const group = inside(experiment, 'groups');
  const sections = ['grid', 'later', 'net'];
  expect(names(experiment)).toEqual([...specFields.experiment, ...sections].sort());
  expect(names(group)).toEqual([...specFields.group, ...sections].sort());
  expect(names(inside(experiment, 'processes'))).toEqual([...specFields.process, ...sections].sort());
  expect(names(inside(group, 'processes'))).toEqual([...specFields.process, ...sections].sort());
});

it('accepts valid specs and refuses invalid ones', async () => {
  const validate = new Ajv2020({ strict: false }).compile(await specJsonSchema());
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

it('checks each section where its backend has it', async () => {
  const validate = new Ajv2020({ strict: false }).compile(await specJsonSchema());
  const processes = { p: { command: 'x' } };
  const ofProcess = (section: object) => ({ name: 'rl', processes: { p: { command: 'x', ...section } } });
  const inGroup = (section: object) => ({ name: 'rl', groups: { g: { processes: ofProcess(section).processes } } });
  const right = [
    { name: 'rl', processes, grid: { queue: 'short', count: 2 }, later: { any: 1 }, net: {} },
    ofProcess({ grid: { count: 2 }, later: { any: [1] } }),
    inGroup({ grid: { count: 2 } }),
    { name: 'rl', groups: { g: { processes, grid: {} } } },
  ];
  for (const spec of right) expect(validate(spec), JSON.stringify(validate.errors)).toBe(true);
  const wrong = [
    { name: 'rl', processes, grid: { queu: 'short' } },
    { name: 'rl', processes, mesh: {} },
    { name: 'rl', processes, net: { any: 1 } },
    { name: 'rl', processes, grid: 'short' },
    ofProcess({ grid: { queue: 'short' } }),
    ofProcess({ grid: { count: 'two' } }),
    inGroup({ grid: { queue: 'short' } }),
    { name: 'rl', groups: { g: { processes, grid: { count: 2 } } } },
  ];
  for (const spec of wrong) expect(validate(spec), JSON.stringify(spec)).toBe(false);
});
