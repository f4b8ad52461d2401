import { expect, test } from 'vitest';
import { nextRuntime } from '../../../../src/backends/supervision/runs/next-runtime.ts';
import { beginRun, maxRecordedRuns, notStarted } from '../../../../src/backends/supervision/runs/process-runtime.ts';

const never = { restart: 'never', maxRestarts: null } as const;

test('only the newest runs are kept, up to the maximum', () => {
  let status = beginRun(notStarted, 0, 0);
  for (let run = 2; run <= maxRecordedRuns + 20; run += 1) {
    status = beginRun(
      nextRuntime(never, { ...status, state: 'running' }, { exitCode: 1, time: run }, undefined, run),
      run,
      run,
    );
  }
  expect(status.runs).toHaveLength(maxRecordedRuns);
  expect(status.runs.at(-1)).toMatchObject({ run: maxRecordedRuns + 20 });
});
