import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveExperiment } from '../../../src/engine/spec/resolve/resolve-experiment.ts';
import { scaleSpec } from '../../../src/engine/spec/scale-spec.ts';
import { parse } from './support/problems.ts';

const spec = parse({
  name: 'rl',
  processes: { agent: { command: 'x', replicas: 2, bind: 's' }, learner: { command: 'x' } },
  groups: {
    pair: { replicas: 1, processes: { worker: { command: 'x', replicas: 3 }, side: { command: 'x' } } },
    more: { processes: { worker: { command: 'x', replicas: 1 } } },
  },
});

function refusal(counts: Record<string, number>) {
  try {
    scaleSpec(spec, counts);
    return undefined;
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint?: string };
    return { code, message, hint };
  }
}

describe('scaleSpec', () => {
  it('changes processes, groups and processes inside of groups, all at once', () => {
    const { spec: scaled, changes } = scaleSpec(spec, { agent: 5, pair: 2, 'pair/worker': 1, 'more/worker': 1 });
    expect(scaled.processes.agent?.replicas).toBe(5);
    expect(scaled.groups.pair).toMatchObject({ replicas: 2, processes: { worker: { replicas: 1 } } });
    expect(changes).toEqual([
      { target: 'agent', from: 2, to: 5 },
      { target: 'pair', from: 1, to: 2 },
      { target: 'pair/worker', from: 3, to: 1 },
    ]);
    expect(spec.processes.agent?.replicas).toBe(2);
    expect(scaleSpec(spec, { agent: 2 })).toEqual({ spec, changes: [] });
  });

  it('refuses what is not there, not unique, without a number, or no number', () => {
    expect(refusal({ agnet: 1 })).toMatchObject({ code: 'not-found', hint: 'Did you mean agent?' });
    expect(refusal({ 'agent-1': 1 })).toMatchObject({ code: 'not-found', hint: 'Name all replicas: agent.' });
    expect(refusal({ worker: 1 })).toMatchObject({ code: 'ambiguous', hint: 'Name one: pair/worker or more/worker.' });
    expect(refusal({ learner: 2 })).toMatchObject({ code: 'invalid-spec' });
    expect(refusal({ more: 2 })).toMatchObject({ code: 'invalid-spec' });
    for (const count of [-1, 1.5, 10_001, Number.NaN])
      expect(refusal({ agent: count })).toMatchObject({ code: 'usage' });
    expect(refusal({ agent: 0 })).toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('cluster.stop(experiment'),
    });
  });

  it('keeps every process that both numbers have, whatever the numbers', () => {
    const count = fc.integer({ min: 1, max: 30 });
    const keys = (agents: number, pairs: number, workers: number) => {
      const counts = { agent: agents, pair: pairs, 'pair/worker': workers };
      const { processes } = resolveExperiment(scaleSpec(spec, counts).spec);
      return new Set(processes.map(({ group, name }) => `${group}/${name}`));
    };
    fc.assert(
      fc.property(count, count, count, count, count, count, (a, b, c, d, e, f) => {
        const both = keys(Math.min(a, d), Math.min(b, e), Math.min(c, f));
        for (const one of [keys(a, b, c), keys(d, e, f)]) expect([...both].filter((key) => !one.has(key))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});
