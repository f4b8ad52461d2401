import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEvents, condenseEvents, emptyModel } from '../../../../src/app/shell/store/model.ts';
import type { ProcessState } from '../../../../src/engine/contract/status.ts';
import type { WatchEvent } from '../../../../src/engine/contract/watch.ts';
import { anExperiment, aProcess } from '../../support/statuses.ts';

const start: WatchEvent = {
  type: 'snapshot',
  experiments: [anExperiment('rl', [aProcess('a'), aProcess('b')]), anExperiment('other', [])],
};

function change(name: string, state: ProcessState): WatchEvent {
  return { type: 'changed', experiment: anExperiment('rl', []).experiment, processes: [aProcess(name, { state })] };
}

describe('applyEvents', () => {
  it('starts with a snapshot, and applies changes', () => {
    const model = applyEvents(emptyModel, [start, change('b', 'failed')]);
    expect(model.get('rl')?.processes.map(({ state }) => state)).toEqual(['running', 'failed']);
    expect(applyEvents(model, [{ type: 'deleted', name: 'other' }]).has('other')).toBe(false);
  });

  it('forgets everything at another snapshot', () => {
    const model = applyEvents(emptyModel, [start, { type: 'snapshot', experiments: [] }]);
    expect(model.size).toBe(0);
  });

  it('stays the same object if only the connection changed', () => {
    const model = applyEvents(emptyModel, [start]);
    expect(applyEvents(model, [{ type: 'stale', since: '', reason: '' }, { type: 'fresh' }])).toBe(model);
  });
});

describe('condenseEvents', () => {
  const events = fc.oneof(
    fc
      .tuple(fc.constantFrom('a', 'b'), fc.constantFrom<ProcessState>('running', 'failed', 'backoff'))
      .map(([name, state]) => change(name, state)),
    fc.constantFrom<WatchEvent>(
      start,
      { type: 'deleted', name: 'rl' },
      {
        type: 'changed',
        experiment: anExperiment('rl', []).experiment,
        processes: [aProcess('c')],
        replaced: true,
      },
    ),
  );

  it('gives the same result as all events one after the other', () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 20 }), (list) => {
        const all = [start, ...list];
        expect(applyEvents(emptyModel, condenseEvents(all))).toEqual(applyEvents(emptyModel, all));
      }),
    );
  });

  it('makes one event of many', () => {
    const many = Array.from({ length: 1000 }, (_, index) => change(index % 2 === 0 ? 'a' : 'b', 'backoff'));
    expect(condenseEvents(many)).toHaveLength(1);
  });
});
