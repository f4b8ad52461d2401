import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findMisfit, partAt } from '../../../src/engine/settings/find-misfit.ts';
import { notifySetting } from '../../../src/engine/settings/notify-setting.ts';

const { schema } = notifySetting;

test.for([
  [{ command: 'x', webhook: 'https://x/y', desktop: true, on: ['failed'] }, undefined],
  [{ command: ['x', 'y'] }, undefined],
  [[], { path: [] }],
  [null, { path: [] }],
  [{ comand: 'x' }, { path: ['comand'], isUnknown: true }],
  [{ constructor: 'x' }, { path: ['constructor'], isUnknown: true }],
  [{ command: [] }, { path: ['command'] }],
  [{ command: ['x', 3] }, { path: ['command'] }],
  [{ desktop: 'yes' }, { path: ['desktop'] }],
  [{ webhook: 'ftp://x', on: ['nothing'] }, { path: ['webhook'] }],
  [{ on: ['done', 'nothing'] }, { path: ['on', 1] }],
] as const)('%j misfits at %j', ([value, misfit]) => {
  expect(findMisfit(schema, value)).toEqual(misfit);
});

test('a whole number misfits outside of its limits', () => {
  const whole = { type: 'integer', minimum: 1, maximum: 3 } as const;
  expect([0, 1, 3, 4, 1.5, '2'].map((value) => findMisfit(whole, value) === undefined)).toEqual([
    false,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('the place of a misfit leads to a part of the value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
      const misfit = findMisfit(schema, value);
      if (misfit !== undefined) expect(partAt(value, misfit.path)).toBeDefined();
    }),
  );
});
