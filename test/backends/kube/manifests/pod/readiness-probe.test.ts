import { expect, it } from 'vitest';
import { buildPod } from '../../support/manifests.ts';

it('a process is ready when its services listen, or a command succeeds', () => {
  const often = { periodSeconds: 1, failureThreshold: 2 ** 31 - 1 };
  expect(buildPod({ bind: 'a' }).container.startupProbe).toMatchObject({ tcpSocket: { port: 7000 }, ...often });
  const both = buildPod({ bind: { a: null, b: 80 } }).container.startupProbe.exec.command;
  expect(both.slice(-2)).toEqual(['1B58', '0050']);
  expect(both[2]).toContain('"$@"');
  const one = buildPod({ bind: ['a', 'b'], ready: { service: 'b' } }).container;
  expect(one.startupProbe).toMatchObject({ tcpSocket: { port: 7001 } });
  const command = buildPod({ ready: { command: 'test -f "$(pwd)/x"' } }).container.startupProbe;
  expect(command).toMatchObject({ exec: { command: ['/bin/sh', '-c', 'test -f "$$(pwd)/x"'] }, ...often });
  const preamble = buildPod({ preamble: 'cd /x', shell: ['bash', '-l'] }).container.startupProbe;
  expect(preamble).toMatchObject({
    exec: { command: ['bash', '-c', expect.stringContaining('symphony-preamble over')] },
  });
  for (const ready of ['started', { log: 'done' }]) {
    expect(buildPod({ bind: 'a', ready }).container).not.toHaveProperty('startupProbe');
  }
});
