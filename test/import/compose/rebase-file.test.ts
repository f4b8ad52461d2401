import { expect, it } from 'vitest';
import { rebaseFile } from '../../../src/import/compose/rebase-file.ts';
import { parseYaml } from '../../../src/import/parse-yaml.ts';
import type { ValueMap } from '../../../src/import/value.ts';

const read = async (text: string) => (await parseYaml('x', text)) as ValueMap;

it.each<[string, string]>([
  ['build: .', 'build: ./lib'],
  ['build: { context: ../web, dockerfile: d }', 'build: { context: ./web, dockerfile: d }'],
  ['build: https://example.org/a.git', 'build: https://example.org/a.git'],
  ['build: git@example.org:a.git', 'build: git@example.org:a.git'],
  ['env_file: a.env', 'env_file: ./lib/a.env'],
  ['env_file: [a.env, { path: ../b.env }]', 'env_file: [./lib/a.env, { path: ./b.env }]'],
  ['volumes: ["./a:/a:ro", "data:/d", /e, ~/f:/f]', 'volumes: ["./lib/a:/a:ro", "data:/d", /e, ~/f:/f]'],
  ['volumes: [{ type: bind, source: a, target: /a }]', 'volumes: [{ type: bind, source: ./lib/a, target: /a }]'],
  ['volumes: [{ type: volume, source: a, target: /a }]', 'volumes: [{ type: volume, source: a, target: /a }]'],
  ['extends: { service: a, file: b.yaml }', 'extends: { service: a, file: ./lib/b.yaml }'],
  ['extends: a', 'extends: a'],
  ['command: ./run', 'command: ./run'],
])('%s in the folder lib', async (fields, rebased) => {
  const file = { services: { web: await read(fields) } };
  expect(rebaseFile(file, 'lib')).toEqual({ services: { web: await read(rebased) } });
  expect(rebaseFile(file, '')).toBe(file);
});

it('has the paths of what a file includes, and of its secrets', async () => {
  const file = await read('include: [a.yaml, { path: [b.yaml], env_file: c.env }]\nsecrets: { s: { file: s.txt } }');
  expect(rebaseFile(file, '../up')).toEqual(
    await read(
      'include: [../up/a.yaml, { path: [../up/b.yaml], env_file: ../up/c.env }]\nsecrets: { s: { file: ../up/s.txt } }',
    ),
  );
});
