import { expect, it } from 'vitest';
import { withTimeLimit } from '../../../src/commands/shared/time-limit.ts';

const never = new Promise<string>(() => undefined);

it('an action that ends in time keeps its result or its error', async () => {
  expect(await withTimeLimit(Promise.resolve('done'), 60, 'it')).toBe('done');
  expect(await withTimeLimit(Promise.resolve('done'), undefined, 'it')).toBe('done');
  await expect(withTimeLimit(Promise.reject(new Error('broken')), 60, 'it')).rejects.toThrow('broken');
});

it('an action that takes longer is given up, with what it waits for', async () => {
  await expect(withTimeLimit(never, 0.01, 'the end of rl')).rejects.toMatchObject({
    code: 'timeout',
    message: 'Timed out after 0.01 s while waiting for the end of rl.',
  });
});
