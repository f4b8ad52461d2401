import { expect, it } from 'vitest';
import { checkTerminals } from '../../../src/backends/local/check-terminals.ts';
import { parseSpec } from '../../../src/engine/spec/parse-spec.ts';
import { resolveExperiment } from '../../../src/engine/spec/resolve/resolve-experiment.ts';

const resolve = (tty: boolean) =>
  resolveExperiment(
    parseSpec({ name: 'x', processes: { editor: { command: 'vi', tty, replicas: 2 }, other: { command: 'true' } } }),
  );

it('refuses each declared terminal once, where none can be opened', () => {
  expect(checkTerminals(resolve(true), () => false)).toEqual([
    {
      verdict: 'refused',
      path: 'processes.editor.tty',
      message: expect.stringContaining('node-pty'),
      hint: expect.stringContaining('optional dependencies'),
    },
  ]);
});

it('refuses nothing without a terminal, or where one can be opened', () => {
  expect(checkTerminals(resolve(false), () => false)).toEqual([]);
  expect(checkTerminals(resolve(true), () => true)).toEqual([]);
});

it('finds the package that is installed here', () => {
  expect(checkTerminals(resolve(true))).toEqual([]);
});
