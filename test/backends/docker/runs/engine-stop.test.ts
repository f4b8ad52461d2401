import { describe, expect, it } from 'vitest';
import { endedWithEngine, engineStopEnding } from '../../../../src/backends/docker/runs/engine-stop.ts';

const stopped = { ExitCode: 143, StartedAt: '2026-11-28T11:00:00Z', FinishedAt: '2026-11-28T12:00:00Z' };
const member = { stop: { signal: 'TERM', timeout: 10 } } as const;
const restarted = { startedAt: Date.parse('2026-11-28T12:00:02Z'), livesOn: false };

describe('a run whose end was not observed', () => {
  it.each([143, 137, 255])(
    'ended with its engine if the engine was started since and its exit code is %i',
    (ExitCode) => {
      expect(endedWithEngine({ ...stopped, ExitCode }, member, restarted)).toBe(true);
    },
  );

  it('ended by itself if its exit code is that of no signal of the engine', () => {
    for (const ExitCode of [0, 1, 130])
      expect(endedWithEngine({ ...stopped, ExitCode }, member, restarted)).toBe(false);
    expect(endedWithEngine({ ...stopped, ExitCode: 130 }, { stop: { signal: 'INT', timeout: 10 } }, restarted)).toBe(
      true,
    );
  });

  it('did not end with an engine that was started before, that containers outlive, or of which nothing is known', () => {
    const earlier = { ...restarted, startedAt: Date.parse('2026-11-28T11:59:00Z') };
    expect(endedWithEngine(stopped, member, earlier)).toBe(false);
    expect(endedWithEngine(stopped, member, { ...restarted, livesOn: true })).toBe(false);
    expect(endedWithEngine(stopped, member, { ...restarted, startedAt: undefined })).toBe(false);
  });

  it('was out of memory if the engine says so', () => {
    expect(endedWithEngine({ ...stopped, ExitCode: 137, OOMKilled: true }, member, restarted)).toBe(false);
  });
});

it('a run that its engine ended has no exit code of its own', () => {
  const reason = 'its engine was stopped while it ran (exit code 143)';
  expect(engineStopEnding(stopped)).toEqual({ time: Date.parse(stopped.FinishedAt), reason });
});
