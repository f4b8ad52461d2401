import { expect, it } from 'vitest';
import { isHeldBy } from '../../../../src/backends/docker/runs/outside-changes.ts';

it('a process is in the network of a holder that runs since before it started', () => {
  const member = { StartedAt: '2026-11-28T12:00:00Z' };
  expect(isHeldBy(member, { Running: true, StartedAt: '2026-11-28T11:59:59Z' })).toBe(true);
  expect(isHeldBy(member, { Running: true, StartedAt: '2026-11-28T12:00:01Z' })).toBe(false);
  expect(isHeldBy(member, { Running: false, StartedAt: '2026-11-28T11:59:59Z' })).toBe(false);
  expect(isHeldBy(member, undefined)).toBe(false);
});
