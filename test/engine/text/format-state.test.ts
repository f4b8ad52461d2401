import { describe, expect, it } from 'vitest';
import type { ProcessStatus } from '../../../src/engine/contract/status.ts';
import { formatExperimentState, formatState } from '../../../src/engine/text/format-state.ts';

const now = Date.parse('2026-01-31T12:00:00Z');
const base: ProcessStatus = {
  experiment: 'rl',
  group: null,
  name: 'learner',
  state: 'running',
  ready: true,
  restarts: 0,
  ports: {},
  command: 'true',
};

describe('formatState', () => {
  it.for([
    [{ state: 'running', startedAt: '2026-01-30T12:48:00Z' }, 'running: 23.2h'],
    [{ state: 'running' }, 'running'],
    [
      { state: 'starting', startedAt: '2026-01-31T11:59:57Z', reason: 'waits for port 7000' },
      'starting: 3s, waits for port 7000',
    ],
    [{ state: 'pending', reason: 'no node has a GPU free' }, 'pending: no node has a GPU free'],
    [
      { state: 'backoff', until: '2026-01-31T12:00:08Z', exitCode: 1, reason: 'exit code 1' },
      'backoff: exit code 1; starts again in 8s',
    ],
    [{ state: 'backoff', until: '2026-01-31T11:59:59Z' }, 'backoff: starts again now'],
    [{ state: 'failed', exitCode: 3 }, 'failed: exit code 3'],
    [{ state: 'failed', exitCode: 3, reason: 'exit code 3' }, 'failed: exit code 3'],
    [{ state: 'failed', signal: 'SIGKILL', reason: 'out of memory' }, 'failed: out of memory (SIGKILL)'],
    [{ state: 'failed', signal: 'SIGSEGV', reason: 'killed by SIGSEGV' }, 'failed: killed by SIGSEGV'],
    [{ state: 'failed' }, 'failed'],
    [{ state: 'stopped', reason: 'stopped, because b failed' }, 'stopped, because b failed'],
    [{ state: 'stopped', reason: 'stopped on request' }, 'stopped on request'],
    [{ state: 'stopped', reason: 'learner ended the experiment' }, 'stopped: learner ended the experiment'],
    [{ state: 'succeeded', exitCode: 0 }, 'succeeded'],
    [{ state: 'lost', reason: 'the machine was started anew' }, 'lost: the machine was started anew'],
  ] as const)('%o', ([fields, text]) => expect(formatState({ ...base, ...fields }, now)).toBe(text));

  it('describes an experiment', () => {
    expect(formatExperimentState({ state: 'degraded' })).toBe('degraded');
    expect(formatExperimentState({ state: 'degraded', reason: 'on host b' })).toBe('degraded: on host b');
  });
});
