import { describe, expect, it } from 'vitest';
import { FloodGate } from '../../../../../src/app/views/logs/reading/flood-gate.ts';
import { logLines } from '../../../support/log-lines.ts';

describe('FloodGate', () => {
  const limits = { linesPerSecond: 100, burst: 50, patience: 2 };
  const batch = (count: number) => logLines(...Array.from({ length: count }, () => 'x'));

  it('accepts the end of a long log at once', () => {
    expect(new FloodGate(0, limits).take(batch(50), 0)).toEqual({ wait: 0, flooded: false });
  });

  it('makes a fast source wait, and calls it a flood when that continues', () => {
    const gate = new FloodGate(0, limits);
    let now = 0;
    let flooded = false;
    for (let round = 0; round < 20 && !flooded; round++) {
      const step = gate.take(batch(200), now);
      expect(step.wait).toBeLessThanOrEqual(0.25);
      now += step.wait + 0.01;
      ({ flooded } = step);
    }
    expect(flooded).toBe(true);
    expect(now).toBeLessThan(3);
  });

  it('never calls a source a flood if the reader keeps pace', () => {
    const gate = new FloodGate(0, limits);
    for (let now = 0; now < 20; now += 0.5) expect(gate.take(batch(40), now)).toEqual({ wait: 0, flooded: false });
  });

  it('counts a long line more than once', () => {
    const gate = new FloodGate(0, limits);
    expect(gate.take(logLines('x'.repeat(60_000)), 0).wait).toBeGreaterThan(0);
  });
});
