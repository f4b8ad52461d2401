import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { explainEnd } from '../../../../../src/backends/supervision/keeper/runs/explain-end.ts';
import { preambleOver, progressLines } from '../../../../../src/engine/shell/preamble-progress.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'symphony-end'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function explain(exitCode: number, written: { progress?: string; log?: string; logOffset?: number }, fields = {}) {
  const [progressFile, logFile] = [join(folder, 'progress'), join(folder, 'log')];
  rmSync(progressFile, { force: true });
  if (written.progress !== undefined) writeFileSync(progressFile, written.progress);
  writeFileSync(logFile, written.log ?? '');
  const declared = { ready: { kind: 'started' as const }, preamble: ['source x'], command: 'true', shell: ['/bin/sh'] };
  const traces = { progressFile, logFile, logOffset: written.logOffset ?? 0 };
  return explainEnd({ ...declared, ...fields }, { exitCode, time: 1 }, traces);
}

const inStep = `${progressLines(1, 1, 'source x').join('\n')}\n`;
const log = '/bin/sh: 3: source: not found\n';
const hint = '/bin/sh does not know source: write ". FILE" instead, or set shell: bash';

it('a run that ended in its preamble was not ready, and says how and what to write instead', () => {
  expect(explain(127, { progress: inStep, log })).toEqual({
    ending: {
      exitCode: 127,
      time: 1,
      reason: `its preamble failed: exit code 127: a command was not found; it ended in source x; ${hint}`,
    },
    wasReady: false,
  });
});

it('a run whose preamble was over was ready, whatever its command did', () => {
  const over = { progress: `${preambleOver}\n` };
  expect(explain(1, over)).toEqual({ ending: { exitCode: 1, time: 1 }, wasReady: true });
  expect(explain(1, over, { ready: { kind: 'log', pattern: 'x' } }).wasReady).toBe(false);
  const command = explain(127, { ...over, log }, { command: 'source y' });
  expect(command.ending.reason).toBe(`exit code 127: the command or a program that it needs was not found; ${hint}`);
});

it('only what this run has written explains its end', () => {
  expect(explain(127, { progress: inStep, log, logOffset: log.length }).ending.reason).not.toContain('bash');
  expect(explain(127, { progress: inStep, log }, { shell: ['bash'] }).ending.reason).not.toContain('shell: bash');
});
