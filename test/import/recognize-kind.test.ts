import { expect, it } from 'vitest';
import { recognizeKind } from '../../src/import/recognize-kind.ts';

it.each([
  ['Procfile', '', 'procfile'],
  ['Procfile.dev', '', 'procfile'],
  ['compose.yaml', '', 'compose'],
  ['docker-compose.prod.yml', '', 'compose'],
  ['process-compose.yml', '', 'process-compose'],
  ['x.yaml', 'services: { a: { image: b } }', 'compose'],
  ['x.yaml', 'include: [a.yaml]', 'compose'],
  ['x.yaml', 'processes: { a: { command: b, depends_on: {} } }', 'process-compose'],
  ['x.yaml', 'version: "0.5"\nname: x\nprocesses: { a: { command: b } }', 'process-compose'],
  ['tasks', '# all\nweb: npm start\nworker: rake', 'procfile'],
])('%s with %j', async (name, text, kind) => {
  expect(await recognizeKind(name, text)).toBe(kind);
});

it('says that a file is a declaration already', async () => {
  const promise = recognizeKind('rl.yaml', 'name: rl\nprocesses: { a: { command: b } }');
  await expect(promise).rejects.toThrow('rl.yaml is a declaration of Symphony already.');
});

it('says what it could be', async () => {
  await expect(recognizeKind('x.yaml', 'a: { b: c }')).rejects.toMatchObject({
    code: 'invalid-spec',
    hint: expect.stringContaining('--from compose'),
  });
});

it('names the place of an error', async () => {
  await expect(recognizeKind('x.yaml', 'a: [\n')).rejects.toThrow(/^x\.yaml:2:1: /);
});
