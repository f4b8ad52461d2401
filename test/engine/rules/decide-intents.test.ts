import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from '../../../src/engine/rules/decide-intents.ts';
import { type IntentEvent, noIntents } from '../../../src/engine/rules/intents.ts';

const launched = decide(noIntents('rl', ['a', 'b']), { type: 'start', keys: ['a', 'b'], ticket: 1 });
const running = decide(launched.intents, { type: 'started', keys: ['a', 'b'], errors: new Map() });

test('a launch starts every process at once, and is answered for each', () => {
  expect(launched.actions).toEqual([{ type: 'start', keys: ['a', 'b'] }]);
  expect(running.actions).toEqual([
    { type: 'answer', ticket: 1, key: 'a' },
    { type: 'answer', ticket: 1, key: 'b' },
  ]);
});

test('a first start leaves alone what something else is planned for', () => {
  const stop = { type: 'stop', keys: ['a'], reason: 'on request', countsAs: 'stopped', ticket: 1 } as const;
  const stopping = decide(noIntents('rl', ['a', 'b']), stop);
  expect(decide(stopping.intents, { type: 'start', keys: ['a', 'b'], ticket: 2 }).actions).toEqual([
    { type: 'start', keys: ['b'] },
    { type: 'answer', ticket: 2, key: 'a' },
  ]);
});

test('a restart ends a run before it starts the next', () => {
  const ending = decide(running.intents, { type: 'restart', keys: ['a'], ticket: 2 });
  expect(ending.actions).toEqual([{ type: 'end', keys: ['a'] }]);
  const starting = decide(ending.intents, { type: 'ended', keys: ['a'], leftovers: new Map() });
  expect(starting.actions).toEqual([{ type: 'start', keys: ['a'] }]);
});

test('a stop cancels the start of a restart', () => {
  const ending = decide(running.intents, { type: 'restart', keys: ['a'], ticket: 2 });
  const stopped = decide(ending.intents, {
    type: 'stop',
    keys: ['a'],
    reason: 'on request',
    countsAs: 'stopped',
    ticket: 3,
  });
  expect(stopped.actions).toMatchObject([{ type: 'answer', ticket: 2, error: { code: 'conflict' } }]);
  const ended = decide(stopped.intents, { type: 'ended', keys: ['a'], leftovers: new Map() });
  expect(ended.actions).toEqual([{ type: 'answer', ticket: 3, key: 'a' }]);
});

test('an end that counts as failed overrides no earlier request, and any later one overrides it', () => {
  const fail = (ticket: number) => ({
    type: 'stop' as const,
    keys: ['a'],
    reason: 'hangs',
    countsAs: 'failed' as const,
    ticket,
  });
  const restarting = decide(running.intents, { type: 'restart', keys: ['a'], ticket: 2 });
  const ignored = decide(restarting.intents, fail(3));
  expect(ignored.actions).toEqual([{ type: 'answer', ticket: 3, key: 'a' }]);
  expect(ignored.intents).toEqual(restarting.intents);
  const failing = decide(running.intents, fail(2));
  expect(failing.actions).toEqual([{ type: 'end', keys: ['a'] }]);
  const restart = decide(failing.intents, { type: 'restart', keys: ['a'], ticket: 3 });
  expect(restart.intents.lanes.get('a')).toMatchObject({ end: { reason: 'restarting', countsAs: 'stopped' } });
  const deleting = decide(failing.intents, { type: 'delete', ticket: 3 });
  expect(deleting.intents.lanes.get('a')).toMatchObject({ end: { reason: 'deleted', countsAs: 'stopped' } });
});

test('a restart that comes due before the end of a failed run is complete follows that end', () => {
  const stop = { type: 'stop', keys: ['a'], reason: 'hangs', countsAs: 'failed', ticket: 2 } as const;
  const failing = decide(running.intents, stop);
  const due = decide(failing.intents, { type: 'restart-by-policy', keys: ['a'], ticket: 3 });
  expect(due.actions).toEqual([]);
  const ended = decide(due.intents, { type: 'ended', keys: ['a'], leftovers: new Map() });
  expect(ended.actions).toEqual([
    { type: 'start', keys: ['a'] },
    { type: 'answer', ticket: 2, key: 'a' },
  ]);
});

test('a deletion removes the experiment once everything has ended', () => {
  const deleting = decide(running.intents, { type: 'delete', ticket: 2 });
  expect(deleting.actions).toEqual([{ type: 'end', keys: ['a', 'b'] }]);
  const half = decide(deleting.intents, { type: 'ended', keys: ['a'], leftovers: new Map() });
  expect(half.actions).toEqual([]);
  const whole = decide(half.intents, { type: 'ended', keys: ['b'], leftovers: new Map() });
  expect(whole.actions).toEqual([{ type: 'remove' }]);
  expect(decide(whole.intents, { type: 'removed', leftovers: [] }).actions).toEqual([
    { type: 'answer-deletion', ticket: 2, leftovers: [] },
  ]);
});

test('a deletion that leaves something running removes nothing and names it', () => {
  const deleting = decide(running.intents, { type: 'delete', ticket: 2 });
  const { actions } = decide(deleting.intents, {
    type: 'ended',
    keys: ['a', 'b'],
    leftovers: new Map([['a', 'a (pid 7)']]),
  });
  expect(actions).toEqual([{ type: 'answer-deletion', ticket: 2, leftovers: ['a (pid 7)'] }]);
});

test('no process is ever started while it is being ended, whatever is asked', () => {
  const request = fc.record({
    type: fc.constantFrom('restart', 'restart-by-policy', 'stop', 'fail', 'step'),
    key: fc.constantFrom('a', 'b'),
  });
  fc.assert(
    fc.property(fc.array(request, { maxLength: 30 }), (requests) => {
      let intents = running.intents;
      const steps = new Map<string, 'end' | 'start'>();
      let ticket = 10;
      const take = (event: IntentEvent) => {
        const result = decide(intents, event);
        intents = result.intents;
        for (const action of result.actions) {
          if (action.type !== 'end' && action.type !== 'start') continue;
          for (const key of action.keys) {
            expect(steps.get(key)).toBeUndefined();
            steps.set(key, action.type);
          }
        }
      };
      for (const { type, key } of requests) {
        ticket += 1;
        if (type === 'stop' || type === 'fail') {
          const countsAs = type === 'fail' ? 'failed' : 'stopped';
          take({ type: 'stop', keys: [key], reason: 'on request', countsAs, ticket });
        } else if (type !== 'step') take({ type, keys: [key], ticket });
        else {
          const step = steps.get(key);
          steps.delete(key);
          if (step === 'end') take({ type: 'ended', keys: [key], leftovers: new Map() });
          if (step === 'start') take({ type: 'started', keys: [key], errors: new Map() });
        }
      }
    }),
  );
});
