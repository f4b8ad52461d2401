import { describe, expect, it } from 'vitest';
import { formatReplicaChanges, replicaDifference, scaleResult } from '../../../src/engine/rules/scale-result.ts';
import { resolveExperiment } from '../../../src/engine/spec/resolve/resolve-experiment.ts';
import { scaleSpec } from '../../../src/engine/spec/scale-spec.ts';
import { parse } from '../spec/support/problems.ts';

const spec = parse({
  name: 'rl',
  processes: {
    agent: { command: 'x', replicas: 2, bind: 'stats' },
    learner: { command: 'x', connect: 'stats' },
    other: { command: 'x' },
  },
  groups: { pair: { replicas: 2, processes: { worker: { command: 'x' } } } },
});

function scale(counts: Record<string, number>, running: readonly string[]) {
  const { spec: scaled, changes } = scaleSpec(spec, counts);
  const [before, after] = [resolveExperiment(spec), resolveExperiment(scaled)];
  return { before, after, result: scaleResult(changes, before, after, new Set(running)) };
}

describe('scaleResult', () => {
  it('names what is new, what is gone, and who does not know it yet', () => {
    const { result } = scale({ agent: 3, pair: 1 }, ['learner', 'other', 'agent-0', 'pair-0.worker']);
    expect(result).toEqual({
      changes: [
        { target: 'agent', from: 2, to: 3 },
        { target: 'pair', from: 2, to: 1 },
      ],
      added: [{ group: null, name: 'agent-2' }],
      removed: [{ group: 'pair-1', name: 'worker' }],
      newServices: ['stats-2'],
      goneServices: [],
      unaware: [{ group: null, name: 'learner' }],
    });
    expect(formatReplicaChanges(result.changes)).toBe('agent from 2 to 3, pair from 2 to 1');
  });

  it('counts a process that does not run as one that will know', () => {
    expect(scale({ agent: 1 }, ['other']).result).toMatchObject({ goneServices: ['stats-1'], unaware: [] });
  });

  it('is the difference of both experiments', () => {
    const { before, after } = scale({ agent: 1 }, []);
    expect(replicaDifference(before, before)).toEqual({ added: [], removed: [] });
    expect(replicaDifference(after, before).added).toEqual(
      replicaDifference(before, after).removed.map((gone) => before.processes.find(({ name }) => name === gone.name)),
    );
  });
});
