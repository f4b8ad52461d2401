import { expect, it } from 'vitest';
import { podOutcome } from '../../../../src/backends/kube/status/process-status.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../src/engine/spec/resolve/resolve-experiment.ts';
import { main, pod, terminated } from './support/pods.ts';

function reasonOf(fields: object, end: { exitCode: number; reason?: string; message?: string }) {
  const { processes } = resolveExperiment(
    parseSpec({ name: 'x', processes: { main: { command: 'true', ...fields } } }),
  );
  const context = { services: [], isDeleting: false, events: () => [] };
  const found = pod({ containers: [main(terminated(end))] });
  return processes[0] && podOutcome(processes[0], found as Parameters<typeof podOutcome>[1], context).reason;
}

const message =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: exec: "nonesuch": executable file not found in $PATH: unknown';

it('a container that cannot be started says so if its image lacks the shell of the process', () => {
  const end = { exitCode: 128, reason: 'StartError', message };
  expect(reasonOf({ shell: 'nonesuch' }, end)).toBe(
    'cannot be started: exec: "nonesuch": executable file not found in $PATH; ' +
      'its image has no shell nonesuch: use an image that has it, or set another shell',
  );
  expect(reasonOf({ shell: 'nonesuch', command: ['nonesuch'] }, end)).not.toContain('shell');
});

it('a word that its shell may not know is explained', () => {
  expect(reasonOf({ command: 'source x' }, { exitCode: 127, reason: 'Error' })).toMatch(
    /^exit code 127: .*; where \/bin\/sh is dash it does not know source: write "\. FILE" instead, or set shell: bash$/,
  );
  expect(reasonOf({ command: 'source x' }, { exitCode: 1, reason: 'Error' })).toBe('exit code 1');
});
