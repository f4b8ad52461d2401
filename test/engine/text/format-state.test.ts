import { describe, expect, it } from 'vitest';
import type { ProcessStatus } from '../../../src/engine/contract/status.ts';
import { formatDuration } from '../../../src/engine/text/format-duration.ts';
import { formatEnd, formatExperimentState, formatState } from '../../../src/engine/text/format-state.ts';
import { plainText, sanitizeLine } from '../../../src/engine/text/sanitize-text.ts';

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

describe('formatDuration', () => {
  it.for([
    [0, '0s'],
    [0.04, '0.1s'],
    [0.44, '0.4s'],
    [12.9, '12s'],
    [59.9, '59s'],
    [60, '1.0m'],
    [210, '3.5m'],
    [3_597, '1.0h'],
    [3_594, '59.9m'],
    [83_520, '23.2h'],
    [86_400, '1.0d'],
    [354_240, '4.1d'],
    [-5, '0s'],
  ] as const)('%f s is %s', ([seconds, text]) => expect(formatDuration(seconds)).toBe(text));
});

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
      'backoff: again in 8s, exit code 1',
    ],
    [{ state: 'failed', exitCode: 3 }, 'failed: exit code 3'],
    [{ state: 'failed', exitCode: 3, reason: 'exit code 3' }, 'failed: exit code 3'],
    [{ state: 'failed', signal: 'SIGKILL', reason: 'out of memory' }, 'failed: SIGKILL, out of memory'],
    [{ state: 'failed', signal: 'SIGSEGV', reason: 'killed by SIGSEGV' }, 'failed: killed by SIGSEGV'],
    [{ state: 'failed' }, 'failed'],
    [{ state: 'succeeded', exitCode: 0 }, 'succeeded'],
    [{ state: 'lost', reason: 'the machine was started anew' }, 'lost: the machine was started anew'],
  ] as const)('%o', ([fields, text]) => expect(formatState({ ...base, ...fields }, now)).toBe(text));

  it('describes an ended process and an experiment', () => {
    expect(formatEnd({})).toBe('');
    expect(formatExperimentState({ state: 'degraded' })).toBe('degraded');
    expect(formatExperimentState({ state: 'degraded', reason: 'on host b' })).toBe('degraded: on host b');
  });
});

describe('foreign text', () => {
  it.for([
    ['plain text, tabs\tand 漢字 🙂', 'plain text, tabs\tand 漢字 🙂'],
    ['a \x1b[1;31mred\x1b[0m b', 'a \x1b[1;31mred\x1b[0m b\x1b[0m'],
    ['x\x1b[2J\x1b[Hy', 'xy'],
    ['\x1b]0;title\x07z', 'z'],
    ['\x1b]8;;http://example.org\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['\x1b]52;c;AAAA', ''],
    ['\x1bPq#0\x1b\\ok', 'ok'],
    ['\x9b31mred \x9dtitle\x9cend', '\x1b[31mred end\x1b[0m'],
    ['10%\r 20%\r', ' 20%'],
    ['bell\x07 back\x08 form\x0c', 'bell back form'],
    ['cut\x1b[', 'cut'],
    ['\x1b(0charset\x1bc', 'charset'],
    ['a\u202eb\u2066c\u2069\u2028d\x85e\x7ff', 'abcdef'],
    ['lone \ud800 half', 'lone \ufffd half'],
  ] as const)('%o', ([text, shown]) => expect(sanitizeLine(text)).toBe(shown));

  it('is searched without its colours', () => {
    expect(plainText('a \x1b[31mred\x1b[0m b')).toBe('a red b');
    expect(plainText('\x1b\x1b[31mx')).toBe('x');
  });
});
