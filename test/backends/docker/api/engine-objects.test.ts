import { expect, it } from 'vitest';
import { phaseOf } from '../../../../src/backends/docker/api/engine-objects.ts';

it.each([
  ['created', 'new'],
  ['initialized', 'new'],
  ['running', 'up'],
  ['paused', 'up'],
  ['stopping', 'up'],
  ['exited', 'ended'],
  ['stopped', 'ended'],
  ['dead', 'ended'],
  ['removing', 'ended'],
])('a container that is %s is %s', (state, phase) => {
  expect(phaseOf(state)).toBe(phase);
});
