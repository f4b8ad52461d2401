import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeServices } from '../../../src/import/compose/merge-services.ts';
import { parseYaml } from '../../../src/import/parse-yaml.ts';
import type { Value, ValueMap } from '../../../src/import/value.ts';

const read = async (text: string) => (await parseYaml('x', text)) as ValueMap;

it.each<[string, string, string]>([
  ['image: a', 'image: b', 'image: b'],
  ['command: [a, b]', 'command: [c]', 'command: [c]'],
  [
    'healthcheck: { test: [a], interval: 5s }',
    'healthcheck: { test: [b] }',
    'healthcheck: { test: [b], interval: 5s }',
  ],
  ['environment: [A=1, B=2]', 'environment: { B: 3, C: null }', 'environment: { A: "1", B: 3, C: null }'],
  ['environment: { A: 1 }', 'environment: [A, B=x=y]', 'environment: { A: 1, B: x=y }'],
  ['ports: ["1:1", "2:2"]', 'ports: ["2:2", "3:3"]', 'ports: ["1:1", "2:2", "3:3"]'],
  [
    'volumes: ["a:/a", "b:/b", /c]',
    'volumes: ["x:/b:ro", { target: /c }]',
    'volumes: ["a:/a", "x:/b:ro", { target: /c }]',
  ],
  ['env_file: a', 'env_file: [b]', 'env_file: [a, b]'],
  ['build: ./a', 'build: { args: [A=1] }', 'build: { context: ./a, args: [A=1] }'],
  [
    'depends_on: [a]',
    'depends_on: { b: { condition: service_healthy } }',
    'depends_on: { a: , b: { condition: service_healthy } }',
  ],
  ['deploy: { replicas: 2, mode: x }', 'deploy: { replicas: 3 }', 'deploy: { replicas: 3, mode: x }'],
  ['command: [a]', 'command:', 'command:'],
  ['ports: ["1:1"]', 'ports:', 'ports: ["1:1"]'],
])('%s under %s', async (base, own, merged) => {
  expect(mergeServices(await read(base), await read(own))).toEqual(await read(merged));
});

const value = fc.letrec<{ any: Value }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.string(),
    fc.array(tie('any'), { maxLength: 3 }) as fc.Arbitrary<Value>,
    fc.dictionary(fc.string(), tie('any'), { maxKeys: 3 }),
  ),
})).any;
const field = fc.constantFrom(
  'command',
  'environment',
  'volumes',
  'build',
  'depends_on',
  'env_file',
  'healthcheck',
  'x',
);
const service = fc.dictionary(field, value, { maxKeys: 4 });

it('keeps every field of both, and a service without a base as it is', () => {
  fc.assert(
    fc.property(service, service, (base, own) => {
      expect(Object.keys(mergeServices(base, own)).sort()).toEqual(
        [...new Set(Object.keys({ ...base, ...own }))].sort(),
      );
      expect(mergeServices({}, own)).toEqual(own);
      expect(mergeServices(base, {})).toEqual(base);
    }),
  );
});
