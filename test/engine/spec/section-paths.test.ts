import { homedir } from 'node:os';
import { expect, it } from 'vitest';
import { registerBackend } from '../../../src/engine/contract/backend-registry.ts';
import { parseSpec } from '../../../src/engine/spec/parse-spec.ts';

registerBackend('cloud', {
  summary: 'A backend',
  section: { paths: ['code', 'code.folder'], schemas: async () => ({}) },
  check: async () => ({ works: true, detail: '' }),
  load: () => Promise.reject(new Error('is not loaded')),
});

it('what a backend declares as a path is absolute, on each level', () => {
  const inner = { command: 'x', cloud: { code: '~/here', other: './as it is' } };
  const spec = parseSpec(
    {
      name: 'rl',
      cloud: { code: '/absolute/../folder', folder: 'x' },
      processes: {
        main: { command: 'x', startDir: '/elsewhere', cloud: { code: { folder: '../code', name: 'a/b' } } },
      },
      groups: { agents: { cloud: { code: 5 }, processes: { inner } } },
    },
    { baseDir: '/work/project' },
  );
  expect(spec).toMatchObject({
    cloud: { code: '/folder', folder: 'x' },
    processes: { main: { cloud: { code: { folder: '/work/code', name: 'a/b' } } } },
    groups: {
      agents: {
        cloud: { code: 5 },
        processes: { inner: { cloud: { code: `${homedir()}/here`, other: './as it is' } } },
      },
    },
  });
  expect(parseSpec(spec, { baseDir: '/other' })).toEqual(spec);
});
