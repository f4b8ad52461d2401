import { expect, test } from 'vitest';
import { parseProcessKey, processKey } from '../../../src/engine/contract/process-key.ts';

test.for([
  [{ group: null, name: 'learner' }, 'learner'],
  [{ group: 'agents', name: 'agent-0' }, 'agents.agent-0'],
] as const)('the key of %j is %s', ([reference, key]) => {
  expect(processKey(reference)).toBe(key);
  expect(parseProcessKey(key)).toEqual(reference);
});
