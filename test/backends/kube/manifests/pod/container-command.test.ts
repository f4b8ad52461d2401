import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { containerCommand, literal } from '../../../../../src/backends/kube/manifests/pod/container-command.ts';
import { expandVariables } from '../../support/expand-variables.ts';

it('sends both outputs of a shell to one, so that the order of lines is kept', () => {
  const preamble = ['cd /work'];
  const [, , script] = containerCommand({ shell: ['/bin/sh'], preamble: [], command: 'echo a', tty: false });
  expect(script).toMatch(/^exec 2>&1; .*echo a/s);
  const shell = ['bash', '-l'];
  const withOptions = containerCommand({ shell, preamble, command: ['echo', 'a'], tty: false });
  expect(withOptions.slice(0, 3)).toEqual(['bash', '-l', '-c']);
  expect(withOptions[3]).toMatch(/^exec 2>&1; .*cd \/work/s);
});

it('leaves a terminal and a plain argv as they are', () => {
  expect(containerCommand({ shell: ['/bin/sh'], preamble: [], command: ['echo', 'a b'], tty: false })).toEqual([
    'echo',
    'a b',
  ]);
  expect(containerCommand({ shell: ['/bin/sh'], preamble: [], command: 'echo a', tty: true })[2]).not.toContain('2>&1');
});

it('keeps any text from being expanded', () => {
  const variables = { A: 'expanded', '': 'nothing', $: 'dollar' };
  expect(expandVariables('$(A) $$(A)', variables)).toBe('expanded $(A)');
  const piece = fc.constantFrom('$', '(', ')', '$(A)', 'A', ' ', 'ü', '$$');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      expect(expandVariables(literal(text), variables)).toBe(text);
    }),
  );
});
