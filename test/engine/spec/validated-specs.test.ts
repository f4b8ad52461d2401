import { expect, it } from 'vitest';
import { toSpec } from '../../../src/engine/client/declaration/to-spec.ts';
import { parseSpec } from '../../../src/engine/spec/parse-spec.ts';

it('a validated spec is known as such, cannot be changed, and a copy of it is checked anew', async () => {
  const spec = parseSpec({ name: 'x', processes: { p: { command: ['run'], env: { A: '1' } } } });
  expect(await toSpec(spec)).toBe(spec);
  expect(() => Object.assign(spec.processes.p?.env ?? {}, { A: '2' })).toThrow(TypeError);
  const copy = { ...spec, name: 'No name' };
  await expect(toSpec(copy)).rejects.toThrow(/No name/);
});
