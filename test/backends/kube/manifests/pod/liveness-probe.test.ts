import { expect, it } from 'vitest';
import { buildPod } from '../../support/manifests.ts';

it('a process hangs when a command fails, or when its service accepts no connection', () => {
  const command = buildPod({ alive: { command: 'test -f "$(pwd)/x"', every: '5s', failures: 2 } }).container;
  expect(command.livenessProbe).toEqual({
    exec: { command: ['/bin/sh', '-c', 'test -f "$$(pwd)/x"'] },
    timeoutSeconds: 10,
    periodSeconds: 5,
    failureThreshold: 2,
  });
  const service = buildPod({ bind: ['a', 'b'], alive: { service: 'b', every: 1.2 } }).container;
  expect(service.livenessProbe).toMatchObject({ tcpSocket: { port: 7001 }, periodSeconds: 1, failureThreshold: 3 });
  // It begins when the process is ready.
  expect(service).toHaveProperty('startupProbe');
  expect(buildPod({ bind: 'a' }).container).not.toHaveProperty('livenessProbe');
});
