import { expect, it } from 'vitest';
import { requireShell } from '../../../../../src/backends/supervision/keeper/runs/require-shell.ts';
import { parseSpec } from '../../../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../../../src/engine/spec/resolve/resolve-experiment.ts';

function required(fields: object): () => void {
  const { processes } = resolveExperiment(
    parseSpec({ name: 'x', startDir: '/', processes: { p: { command: 'true', ...fields } } }),
  );
  return () => {
    for (const resolvedProcess of processes) requireShell(resolvedProcess, '/usr/bin:/bin');
  };
}

it('a shell that this machine lacks is refused with its place', () => {
  expect(required({})).not.toThrow();
  expect(required({ shell: 'sh' })).not.toThrow();
  expect(required({ shell: 'nonesuch' })).toThrow('processes.p.shell: there is no command "nonesuch" on its PATH.');
  expect(required({ shell: '/etc/passwd' })).toThrow('processes.p.shell: /etc/passwd is not executable.');
  expect(required({ shell: './nonesuch', command: ['true'], preamble: 'true' })).toThrow('there is no /nonesuch');
});

it('a shell that is not used may be missing, and one whose folder does not exist yet', () => {
  expect(required({ shell: 'nonesuch', command: ['true'] })).not.toThrow();
  expect(required({ shell: './tools/bash', startDir: '/nonesuch' })).not.toThrow();
});
