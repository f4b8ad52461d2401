import { expect, it } from 'vitest';
import { buildPod } from '../../support/manifests.ts';

it('a process ends by the signal that its process wants', () => {
  expect(buildPod({}).container).not.toHaveProperty('lifecycle');
  const { container, spec } = buildPod({ command: ['a', '$(b)'], stop: { signal: 'INT', timeout: 2.5 } });
  expect(container.command).toEqual([
    '/bin/sh',
    '-c',
    'echo "$$$" >"$0" && exec "$@"',
    '/run/symphony/main.pid',
    'a',
    '$$(b)',
  ]);
  expect(container.lifecycle.preStop.exec.command.slice(-2)).toEqual([
    expect.stringContaining('kill -INT "$pid"'),
    '/run/symphony/main.pid',
  ]);
  expect(spec.volumes).toEqual([{ name: 'symphony-stop', emptyDir: {} }]);
  expect(spec.terminationGracePeriodSeconds).toBe(3);
  expect(buildPod({ stop: { timeout: 0 } }).spec.terminationGracePeriodSeconds).toBe(1);
});
