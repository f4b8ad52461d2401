import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { endWithDescendants } from '../../../../src/backends/kit/programs/end-descendants.ts';

test('ends also a descendant in a session of its own', async () => {
  const child = spawn('/bin/sh', ['-c', 'setsid sh -c "echo begun; sleep 719; :" & wait'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  // The pipe closes once the last process that holds it has ended.
  const closed = once(child, 'close');
  await endWithDescendants(child.pid as number);
  expect(await closed).toEqual([null, 'SIGKILL']);
  await expect(endWithDescendants(child.pid as number)).resolves.toBeUndefined();
});
