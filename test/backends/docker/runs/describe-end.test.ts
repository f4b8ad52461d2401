import { expect, it } from 'vitest';
import type { ContainerState } from '../../../../src/backends/docker/api/engine-objects.ts';
import { containerEnding, initRefusal, refusedCommandCode } from '../../../../src/backends/docker/runs/describe-end.ts';

const state = (fields: Partial<ContainerState>): ContainerState => ({
  Status: 'exited',
  Running: false,
  ExitCode: 0,
  StartedAt: '2026-11-28T11:12:23.063222302Z',
  FinishedAt: '2026-11-28T11:12:25.088591029Z',
  ...fields,
});
const time = Date.parse('2026-11-28T11:12:25.088Z');

it('a run ends with the exit code of its container, at that time', () => {
  expect(containerEnding(state({ ExitCode: 3 }), undefined)).toEqual({ exitCode: 3, time });
});

it('knows the signal that the engine sent, if the exit code stands for it', () => {
  const killed = state({ ExitCode: 137 });
  expect(containerEnding(killed, undefined, 9)).toEqual({ exitCode: 137, signal: 'SIGKILL', time });
  expect(containerEnding(killed, undefined, 15)).toEqual({ exitCode: 137, time });
  expect(containerEnding(killed, undefined)).toEqual({ exitCode: 137, time });
});

it('takes the signal from the exit code where the engine says only that it sent one', () => {
  expect(containerEnding(state({ ExitCode: 143 }), undefined, 'unknown')).toMatchObject({ signal: 'SIGTERM' });
  expect(containerEnding(state({ ExitCode: 3 }), undefined, 'unknown')).toEqual({ exitCode: 3, time });
  expect(containerEnding(state({ ExitCode: 255 }), undefined, 'unknown')).toEqual({ exitCode: 255, time });
});

it('says that the memory was not enough, and what the limit was', () => {
  const killed = state({ ExitCode: 137, OOMKilled: true });
  expect(containerEnding(killed, 512 * 1024 * 1024)).toEqual({
    exitCode: 137,
    signal: 'SIGKILL',
    time,
    reason: 'out of memory: killed at its limit of 512 MiB (exit code 137)',
  });
  expect(containerEnding(killed, undefined).reason).toBe('out of memory: killed by its machine (exit code 137)');
});

it('quotes the innermost program about a container that could not be started', () => {
  const said =
    'failed to create shim: OCI runtime create failed: runc create failed: unable to start container process: exec: "nope": executable file not found in $PATH: unknown';
  expect(containerEnding(state({ ExitCode: 127, Error: said }), undefined).reason).toBe(
    'cannot be started: exec: "nope": executable file not found in $PATH',
  );
});

it('reads from the output why the init could not start a command', () => {
  const command = ['/no/such/program'];
  const ending = { exitCode: 127, reason: 'cannot be started: /no/such/program: no such file or directory' };
  const tini = '[FATAL tini (7)] exec /no/such/program failed: No such file or directory\n';
  expect(initRefusal(tini, command)).toEqual(ending);
  const catatonit = 'ERROR (catatonit:6): failed to exec pid1: No such file or directory\n';
  expect(initRefusal(catatonit, command)).toEqual(ending);
  expect(initRefusal('[FATAL tini (7)] exec /etc failed: Permission denied', ['/etc'])).toMatchObject({
    exitCode: 126,
  });
  expect(initRefusal('its own words\n', command)).toBeUndefined();
  expect(initRefusal('', command)).toBeUndefined();
});

it.each([
  ['OCI runtime create failed: exec: "nope": executable file not found in $PATH: unknown', 127, 127],
  ['runc: exec: "/no": stat /no: no such file or directory: OCI runtime attempted to invoke a command', 0, 127],
  ['runc: exec: "/etc": permission denied: OCI permission denied', 0, 126],
  ['driver failed programming external connectivity: port is already allocated', 0, undefined],
])('knows from %s whether the command is wrong', (said, exitCode, code) => {
  expect(refusedCommandCode(said, exitCode)).toBe(code);
});
