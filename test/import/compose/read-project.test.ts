import { describe, expect, it } from 'vitest';
import { importText, refusals } from '../support/import-text.ts';

describe('extends', () => {
  it('takes the fields of a service of the same file', async () => {
    const imported = await importText(
      'compose',
      `services:
  base: { image: a, command: x, environment: { A: 1, B: 2 } }
  middle: { extends: base, environment: [B=3] }
  web: { extends: { service: middle }, command: y }`,
    );
    expect(imported.spec.processes.web).toMatchObject({ image: 'a', command: ['y'], env: { A: '1', B: '3' } });
    expect(imported.lost).toEqual([]);
  });

  it('takes those of a service of another file, with the paths of that', async () => {
    const imported = await importText(
      'compose',
      'services: { web: { extends: { file: lib/base.yaml, service: base } } }',
      {
        files: {
          'lib/base.yaml': `services:
  base: { extends: { file: ../common.yaml, service: all }, command: x, volumes: ["./data:/data"], env_file: a.env, build: . }`,
          'common.yaml': 'services: { all: { image: "${IMAGE:-none}", restart: always } }',
          './lib/a.env': 'A=1',
        },
        variables: { IMAGE: 'shop:1' },
      },
    );
    expect(imported.spec.processes.web).toMatchObject({
      image: 'shop:1',
      restart: 'always',
      env: { A: '1' },
      docker: { build: './lib', volumes: ['/work/shop/lib/data:/data'] },
    });
    expect(imported.lost).toEqual([]);
    expect(refusals(imported)).toEqual([]);
  });

  it.each([
    ['a file that is not there', '{ file: gone.yaml, service: a }'],
    ['a service that is not there', 'gone'],
    ['itself', 'web'],
    ['a circle', 'round'],
    ['a circle of files', '{ file: ./round.yaml, service: a }'],
  ])('says where it names %s', async (_, target) => {
    const text = `services:\n  web: { image: a, command: x, extends: ${target} }\n  round: { extends: web }`;
    const files = { 'round.yaml': 'services: { a: { extends: { file: compose, service: web } } }' };
    const imported = await importText('compose', text, { files: { ...files, compose: text } });
    expect(imported.lost).toContainEqual(
      expect.stringMatching(/^Not carried over: extends: .*cannot be found, or extends/),
    );
    expect(imported.spec.processes.web.command).toEqual(['x']);
  });
});

describe('include', () => {
  it('brings along services and what they need, with the variables of its folder', async () => {
    const imported = await importText(
      'compose',
      'include: [db/compose.yaml]\nservices: { web: { image: a, command: x } }',
      {
        files: {
          'db/compose.yaml': `include: [../more.yaml]
services:
  db: { image: "postgres:$VERSION", command: y, secrets: [password], environment: { LEVEL: "$LEVEL" } }
secrets: { password: { file: ./password.txt } }`,
          'db/.env': 'VERSION=17\nLEVEL=low',
          'more.yaml': 'services: { cache: { image: redis, command: z } }',
        },
        variables: { LEVEL: 'high' },
      },
    );
    expect(Object.keys(imported.spec.processes)).toEqual(['web', 'db', 'cache']);
    expect(imported.spec.processes.db).toMatchObject({
      image: 'postgres:17',
      env: { LEVEL: 'high' },
      secrets: ['./db/password.txt'],
    });
    expect(imported.lost).toEqual([]);
  });

  it('merges files that are named together, each over those before', async () => {
    const imported = await importText(
      'compose',
      'include: [{ path: [a.yaml, more/b.yaml], project_directory: here, env_file: v.env }]',
      {
        files: {
          'a.yaml': 'services: { a: { image: "x:$TAG", command: a, volumes: ["./d:/d"] } }',
          'more/b.yaml': 'services: { a: { command: b } }',
          'v.env': 'TAG=3',
        },
      },
    );
    expect(imported.spec.processes.a).toMatchObject({
      image: 'x:3',
      command: ['b'],
      docker: { volumes: ['/work/shop/here/d:/d'] },
    });
  });

  it('leaves what the file declares itself, and says so', async () => {
    const text = 'include: [a.yaml]\nservices: { web: { image: own, command: x } }';
    const imported = await importText('compose', text, {
      files: { 'a.yaml': 'services: { web: { image: other, command: x } }' },
    });
    expect(imported.spec.processes.web.image).toBe('own');
    expect(imported.lost).toEqual(['Not carried over: services.web of a.yaml. compose declares it itself.']);
  });

  it.each([['gone.yaml'], ['compose'], ['round.yaml']])('says what is missing: %s', async (path) => {
    const text = `include: [${path}]\nservices: { web: { image: a, command: x } }`;
    const imported = await importText('compose', text, {
      files: { compose: text, 'round.yaml': 'include: [compose]\nservices: {}' },
    });
    expect(imported.lost).toEqual([
      expect.stringMatching(/^Not carried over: include: .*cannot be read, or includes itself/),
    ]);
    expect(Object.keys(imported.spec.processes)).toEqual(['web']);
  });

  it('names the place of an error in an included file', async () => {
    const promise = importText('compose', 'include: [db/a.yaml]', { files: { 'db/a.yaml': 'services: [\n' } });
    await expect(promise).rejects.toThrow(/^db\/a\.yaml:2:1: /);
  });
});
