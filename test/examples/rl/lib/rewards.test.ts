import { describe, expect, it } from 'vitest';
import { BadMessage } from '../../../../examples/rl/lib/bad-message.mjs';
import { Rewards } from '../../../../examples/rl/lib/rewards.mjs';

describe('the reward curve', () => {
  const point = (number: number, age = 0) => ({ number, age, meanReturn: 20, lowest: 9, highest: 31, version: number });

  it('stores each point once, however often a reporter sends it', () => {
    const rewards = new Rewards();
    const source = { series: 'evaluation', run: 'a' };
    expect(rewards.add({ ...source, points: [point(1), point(2)] }).points).toHaveLength(2);
    expect(rewards.add({ ...source, points: [point(1), point(2), point(3)] }).points).toHaveLength(1);
    expect(rewards.add({ ...source, run: 'b', points: [point(1)] }).points).toHaveLength(1);
    expect(rewards.toJSON().evaluation.map(({ version }) => version)).toEqual([1, 2, 3, 1]);
  });

  it('computes times with its own clock', () => {
    const rewards = new Rewards();
    const earliest = Date.now() - 60_000;
    const [added] = rewards.add({ series: 'evaluation', run: 'a', points: [point(1, 60)] }).points;
    expect(added?.time).toBeGreaterThanOrEqual(earliest);
    expect(added?.time).toBeLessThanOrEqual(Date.now() - 60_000);
  });

  it('refuses invalid points and series', () => {
    const rewards = new Rewards();
    expect(() => rewards.add({ series: 'toString', run: 'a', points: [] })).toThrow(BadMessage);
    expect(() => rewards.add({ series: 'training', run: 'a', points: [point(1)] })).toThrow('a point without updates');
    expect(() => rewards.add({ series: 'training', run: 'a', points: [null] })).toThrow(BadMessage);
    expect(rewards.toJSON()).toEqual({ training: [], evaluation: [] });
  });

  it('stays bounded', () => {
    const rewards = new Rewards();
    for (let number = 1; number <= 5000; number++) {
      rewards.add({ series: 'evaluation', run: 'a', points: [point(number)] });
    }
    const versions = rewards.toJSON().evaluation.map(({ version }) => version);
    expect(versions.length).toBeLessThanOrEqual(2000);
    expect(versions[0]).toBe(1);
    expect(versions.at(-1)).toBe(5000);
  });
});
