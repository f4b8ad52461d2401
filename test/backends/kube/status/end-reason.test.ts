import { expect, it } from 'vitest';
import { endReason, endSignal } from '../../../../src/backends/kube/status/end-reason.ts';

it('an exit code above 128 names the signal it stands for, if there is one', () => {
  const reason = (exitCode: number) => endReason({ exitCode });
  expect([0, 3, 128, 137, 143, 200, 255].map(reason)).toEqual([
    'exit code 0',
    'exit code 3',
    'exit code 128',
    'exit code 137, as after SIGKILL',
    'exit code 143, as after SIGTERM',
    'exit code 200',
    'exit code 255',
  ]);
});

it('a signal is named only if Kubernetes reports it', () => {
  expect([{}, { signal: 0 }, { signal: 9 }, { signal: 11 }, { signal: 64 }].map(endSignal)).toEqual([
    undefined,
    undefined,
    'SIGKILL',
    'SIGSEGV',
    'signal 64',
  ]);
});

it('what Kubernetes gives as the reason is told in words', () => {
  const ended = { exitCode: 137, reason: 'OOMKilled' };
  expect(endReason(ended, '512Mi')).toBe('out of memory: killed at its limit of 512Mi (exit code 137)');
  expect(endReason(ended)).toBe('out of memory: killed by its node (exit code 137)');
  expect(endReason({ exitCode: 1, reason: 'DeadlineExceeded' })).toBe(
    'ended because its deadline passed (exit code 1)',
  );
  expect(endReason({ exitCode: 137, reason: 'ContainerStatusUnknown' })).toBe('its node cannot tell how it ended');
});

it('a container that could not start says what its runtime says, without the names of the programs between', () => {
  const reason = (message: string, kind = 'StartError') => endReason({ exitCode: 128, reason: kind, message });
  expect(
    reason('OCI runtime create failed: starting container process caused: exec: "nosuch": not found: unknown'),
  ).toBe('cannot be started: exec: "nosuch": not found');
  expect(reason('runc: chdir to cwd ("/gone") set in config.json failed: no such file', 'ContainerCannotRun')).toBe(
    'cannot be started: chdir to cwd ("/gone") set in config.json failed: no such file',
  );
  expect(reason('words\nmore words')).toBe('cannot be started: words');
  expect(endReason({ exitCode: 128, reason: 'StartError' })).toBe('cannot be started: exit code 128');
  expect(reason('x'.repeat(10_000)).length).toBeLessThan(500);
});
