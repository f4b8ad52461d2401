import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { containerCommand, literal } from '../../../../../src/backends/kube/manifests/pod/container-command.ts';

/** Kubernetes' expansion of commands and variables, after its third_party/forked/golang/expansion. */
function expand(text: string, variables: Readonly<Record<string, string>>): string {
  let result = '';
  let checkpoint = 0;
  for (let cursor = 0; cursor < text.length; cursor++) {
    if (text[cursor] !== '$' || cursor + 1 >= text.length) continue;
    result += text.slice(checkpoint, cursor);
    const [read, isVariable, advance] = readName(text.slice(cursor + 1));
    result += isVariable ? (variables[read] ?? `$(${read})`) : read;
    cursor += advance;
    checkpoint = cursor + 1;
  }
  return result + text.slice(checkpoint);
}

function readName(text: string): [string, boolean, number] {
  if (text[0] === '$') return ['$', false, 1];
  if (text[0] !== '(') return [`$${text[0]}`, false, 1];
  const end = text.indexOf(')');
  return end < 0 ? ['$(', false, 1] : [text.slice(1, end), true, end + 1];
}

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
  expect(expand('$(A) $$(A)', variables)).toBe('expanded $(A)');
  const piece = fc.constantFrom('$', '(', ')', '$(A)', 'A', ' ', 'ü', '$$');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      expect(expand(literal(text), variables)).toBe(text);
    }),
  );
});
