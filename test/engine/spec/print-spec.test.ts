import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseSpec } from '../../../src/engine/spec/parse-spec.ts';
import { specToYaml } from '../../../src/engine/spec/print-spec.ts';
import { withoutReferences } from '../../../src/engine/spec/resolve/references.ts';
import { names } from '../support/arbitraries.ts';
import '../support/reserve-sections.ts';

const read = (input: unknown) => parseSpec(input, { baseDir: '/base' });

it('prints fields in a fixed order, whatever their order in the file', async () => {
  const spec = read({
    groups: { g: { processes: { a: { connect: 's', command: ['x', '1'] } }, replicas: 2 } },
    processes: {
      p: { stop: { timeout: 5 }, expose: { web: 80 }, bind: ['s', 't'], env: { A: '1', B: 'no' }, command: 'x: y' },
    },
    portRange: '7000-7010',
    name: 'rl',
  });
  expect(await specToYaml(spec)).toBe(`name: rl
portRange: [7000, 7010]
startDir: /base
processes:
  p:
    command: "x: y"
    bind: [s, t]
    expose:
      web: 80
    env:
      A: "1"
      B: no
    stop:
      timeout: 5
groups:
  g:
    replicas: 2
    processes:
      a:
        command: [x, "1"]
        connect: [s]
`);
});

it('prints rules as they are read', async () => {
  const file = (endsWith: string) => `name: rl
${endsWith}
maxDuration: 43200
startDir: /base
processes:
  p:
    command: x
    after:
      g/a: ready
    maxDuration: 1.5
groups:
  g:
    replicas: 2
    after:
      q: succeeded
    processes:
      a:
        command: x
  h:
    processes:
      q:
        command: x
`;
  for (const endsWith of ['endsWith: [p, g]', 'endsWith:\n  processes: [p]\n  delay: 10'])
    expect(await specToYaml(read(parse(file(endsWith))))).toBe(file(endsWith));
});

it('prints a spec that reads back equal', async () => {
  const word = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.constantFrom('yes', '1.10', 'null', '~', '- a', '# x', 'a: b', '"', 'é\n\u2028', ' x '),
  );
  const safe = word.map((text) => text.replaceAll('\0', ''));
  const processSpec = fc.record(
    {
      command: fc.oneof(
        safe.filter((text) => text.trim() !== ''),
        fc.array(safe, { minLength: 1 }).map((words) => ['x', ...words]),
      ),
      env: fc.dictionary(fc.constantFrom('A', 'B_1', 'c'), safe.map(withoutReferences)),
      replicas: fc.integer({ min: 1, max: 9 }),
      preamble: fc.array(safe.filter((text) => text.trim() !== '')),
      kube: fc.dictionary(
        safe.filter((text) => text !== '__proto__'),
        fc.oneof(safe, fc.integer(), fc.constant(null), fc.array(safe)),
      ),
      tty: fc.boolean(),
    },
    { requiredKeys: ['command'] },
  );
  await fc.assert(
    fc.asyncProperty(names, fc.dictionary(names, processSpec, { minKeys: 1, maxKeys: 3 }), async (name, processes) => {
      fc.pre(Object.keys(processes).every((key) => !/-\d+$/.test(key) && key.length < 20));
      const spec = read({ name, processes });
      expect(read(parse(await specToYaml(spec), { maxAliasCount: 0 }))).toEqual(spec);
    }),
    { numRuns: 200 },
  );
});
