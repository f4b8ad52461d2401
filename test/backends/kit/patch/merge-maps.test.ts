import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeMaps } from '../../../../src/backends/kit/patch/merge-maps.ts';

it('merges maps, replaces lists and removes what is null', () => {
  const target = { kept: 1, map: { kept: [1, 2], gone: true }, list: [1, 2] };
  expect(mergeMaps(target, { map: { gone: null, new: 'a' }, list: [3] })).toEqual({
    kept: 1,
    map: { kept: [1, 2], new: 'a' },
    list: [3],
  });
});

it('does nothing with an empty patch, and the same a second time', () => {
  const { map } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.integer(),
      fc.constant(null),
      fc.array(fc.integer(), { maxLength: 3 }),
      tie('map'),
    ),
    map: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value')),
  }));
  fc.assert(
    fc.property(map, map, (target, patch) => {
      expect(mergeMaps(target, {})).toEqual(target);
      const once = mergeMaps(target, patch);
      expect(mergeMaps(once, patch)).toEqual(once);
    }),
  );
});
