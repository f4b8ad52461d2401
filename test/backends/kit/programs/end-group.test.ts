import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { endGroup } from '../../../../src/backends/kit/programs/end-group.ts';

test('ends a group with its leader’s children, and is no error when the group is gone', async () => {
  const child = spawn('/bin/sh', ['-c', 'sleep 719 & echo begun; wait'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  // The pipe closes once the last process that holds it has ended.
  const closed = once(child, 'close');
  endGroup(child.pid as number);
  expect(await closed).toEqual([null, 'SIGKILL']);
  expect(() => endGroup(child.pid as number)).not.toThrow();
});
