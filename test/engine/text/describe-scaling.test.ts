import { expect, test } from 'vitest';
import { describeScaling } from '../../../src/engine/text/describe-scaling.ts';

const nothing = { changes: [], added: [], removed: [], newServices: [], goneServices: [], unaware: [] };

test('says what was scaled, and who does not know of it', () => {
  expect(describeScaling({ agent: 4 }, nothing)).toEqual(['Nothing changes: agent has 4 already.']);
  const changes = [{ target: 'agent', from: 4, to: 2 }];
  expect(describeScaling({ agent: 2 }, { ...nothing, changes })).toEqual(['Scaled agent from 4 to 2.']);
  const unaware = [{ group: 'g', name: 'learner' }];
  const told = describeScaling({ agent: 2 }, { ...nothing, changes, goneServices: ['a-2', 'a-3'], unaware });
  expect(told[1]).toBe('Restart g/learner to tell of services that are new or gone: a-2, a-3.');
});
