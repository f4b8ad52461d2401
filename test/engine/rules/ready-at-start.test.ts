import { expect, it } from 'vitest';
import { isReadyAtStart } from '../../../src/engine/rules/ready-at-start.ts';

it('a run is ready at its start unless a preamble or a check comes first', () => {
  expect(isReadyAtStart({ ready: { kind: 'started' }, preamble: [] })).toBe(true);
  expect(isReadyAtStart({ ready: { kind: 'started' }, preamble: ['cd /'] })).toBe(false);
  expect(isReadyAtStart({ ready: { kind: 'log', pattern: 'x' }, preamble: [] })).toBe(false);
});
