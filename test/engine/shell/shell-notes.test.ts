import { expect, it } from 'vitest';
import { shellNotes } from '../../../src/engine/shell/shell-notes.ts';
import { parseSpec } from '../../../src/engine/spec/parse-spec.ts';

const paths = (input: object) => shellNotes(parseSpec({ name: 'x', ...input })).map(({ path }) => path);

it('names each command that not every /bin/sh can run, once, where it is declared', () => {
  const spec = {
    preamble: ['cd /', 'source a'],
    groups: {
      g: {
        preamble: 'pushd b',
        processes: {
          p: { command: '[[ -f c ]] && true', replicas: 2 },
          q: { command: ['source', 'd'], preamble: '. e' },
        },
      },
    },
  };
  expect(paths(spec)).toEqual(['preamble[1]', 'groups.g.preamble[0]', 'groups.g.processes.p.command']);
  const [first] = shellNotes(parseSpec({ name: 'x', ...spec }));
  expect(first).toEqual({
    verdict: 'warning',
    path: 'preamble[1]',
    message: '/bin/sh is dash on Debian and Ubuntu, and does not know source there',
    hint: 'Write ". FILE" instead, or set shell: bash.',
  });
});

it('names nothing that another shell runs', () => {
  const command = 'source a';
  expect(paths({ shell: 'bash', processes: { p: { command } } })).toEqual([]);
  expect(paths({ shell: 'bash', processes: { p: { command, shell: 'sh' } } })).toEqual(['processes.p.command']);
});
