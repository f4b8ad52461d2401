import { expect, it } from 'vitest';
import { refuseRules } from '../../../src/engine/contract/rule-notes.ts';
import { parseSpec } from '../../../src/engine/spec/parse-spec.ts';

it('refuses each rule once, where the spec has it', () => {
  const x = { command: 'x', replicas: 3 };
  const spec = parseSpec({
    name: 'x',
    endsWith: 'a',
    maxDuration: '1h',
    processes: { a: { ...x, alive: { silence: 5 } } },
    groups: { g: { after: { a: 'ready' }, processes: { b: { ...x, maxDuration: 5, after: { a: 'started' } } } } },
  });
  const paths = (fields: Parameters<typeof refuseRules>[1]) =>
    refuseRules(spec, fields, 'is not possible').map(({ verdict, path, message }) => `${verdict} ${path} ${message}`);
  expect(paths(['endsWith', 'after', 'maxDuration', 'alive'])).toEqual([
    'refused endsWith is not possible',
    'refused maxDuration is not possible',
    'refused processes.a.alive is not possible',
    'refused groups.g.after is not possible',
    'refused groups.g.processes.b.after is not possible',
    'refused groups.g.processes.b.maxDuration is not possible',
  ]);
  expect(paths(['after'])).toHaveLength(2);
  expect(refuseRules(parseSpec({ name: 'x', processes: { a: x } }), ['after'], '')).toEqual([]);
});
