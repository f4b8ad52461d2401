import { expect, test } from 'vitest';
import { judgeSilence } from '../../../../../src/backends/supervision/keeper/runs/silent-runs.ts';

test.for([
  // The process ended a moment ago, and its keeper is still writing.
  [{ hasPid: true, hasKeeper: true, silentMilliseconds: 100 }, 'watch'],
  [{ hasPid: true, hasKeeper: false, silentMilliseconds: 100 }, 'watch'],
  [{ hasPid: true, hasKeeper: true, silentMilliseconds: 60_000 }, 'keeper-waits'],
  [{ hasPid: true, hasKeeper: false, silentMilliseconds: 60_000 }, 'lost'],
  // A machine under load starts processes slowly.
  [{ hasPid: false, hasKeeper: true, silentMilliseconds: 3_500 }, 'watch'],
  [{ hasPid: false, hasKeeper: false, silentMilliseconds: 3_500 }, 'watch'],
  [{ hasPid: false, hasKeeper: true, silentMilliseconds: 60_000 }, 'watch'],
  [{ hasPid: false, hasKeeper: false, silentMilliseconds: 60_000 }, 'never-started'],
] as const)('a silent run %j: %s', ([run, verdict]) => {
  expect(judgeSilence(run)).toBe(verdict);
});
