import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFinal } from '../../../src/engine/contract/status.ts';
import { type ExperimentEnd, hasEnded, type ProcessFacts } from '../../../src/engine/rules/experiment-end.ts';
import { decideByRules, hasRules, type RuleDecision } from '../../../src/engine/rules/experiment-rules.ts';
import { keysOf, resolve, type Scenario, scenarios } from './support/experiments.ts';
import { SimulatedExperiment } from './support/simulated-experiment.ts';

const x = { command: 'x' };
const idle = { willStart: false, wantedEnd: undefined };

/** The decision for an experiment whose processes are in these states; those that are not named are pending. */
function decide(
  input: object,
  members: Readonly<Record<string, Partial<ProcessFacts>>>,
  { now = 0, end }: { now?: number; end?: ExperimentEnd | undefined } = {},
): RuleDecision {
  const experiment = resolve(input);
  const processes = keysOf(experiment).map((key) => ({ ...idle, key, state: 'pending' as const, ...members[key] }));
  return decideByRules(experiment, { launchedAt: 0, processes, end }, now * 1000);
}

const running = { state: 'running', reached: 'ready', startedAt: 0 } as const;
const succeeded = { state: 'succeeded', reached: 'ready', startedAt: 0, endedAt: 5_000 } as const;
const failed = { state: 'failed', reached: 'ready', startedAt: 0, endedAt: 5_000, reason: 'exit code 3' } as const;
const stopped = { state: 'stopped', reason: 'stopped on request' } as const;

describe('start conditions', () => {
  const waiting = (condition: string) => ({ processes: { a: x, p: { ...x, after: { a: condition } } } });
  const verdict = (condition: string, a: Partial<ProcessFacts>) => {
    const { start, wait, skip } = decide(waiting(condition), { a });
    return start.includes('p') ? 'start' : [...wait, ...skip].find(({ key }) => key === 'p')?.reason;
  };

  it('without them a process is started at once', () => {
    expect(decide({ processes: { a: x, b: x } }, {}).start).toEqual(['a', 'b']);
  });

  it('hold from when they were reached', () => {
    const starting = { state: 'starting' } as const;
    const started = { ...starting, reached: 'started' } as const;
    const backoff = { state: 'backoff', reached: 'ready' } as const;
    expect(verdict('started', starting)).toBe('waits for a to start');
    expect(verdict('started', started)).toBe('start');
    expect(verdict('ready', started)).toBe('waits for a to be ready');
    expect(verdict('ready', running)).toBe('start');
    expect(verdict('ready', backoff)).toBe('start');
    expect(verdict('ready', failed)).toBe('start');
    expect(verdict('ready', { ...succeeded, reached: 'started' })).toBe('start');
    expect(verdict('succeeded', running)).toBe('waits for a to succeed');
    expect(verdict('succeeded', backoff)).toBe('waits for a to succeed');
    expect(verdict('succeeded', succeeded)).toBe('start');
    expect(verdict('ended', backoff)).toBe('waits for a to end');
    for (const ended of [succeeded, failed, stopped, { state: 'lost' } as const])
      expect(verdict('ended', ended)).toBe('start');
  });

  it('that can no longer come true are given up, with the cause', () => {
    expect(verdict('succeeded', failed)).toBe('not started: a failed (exit code 3)');
    expect(verdict('succeeded', { ...stopped, reached: 'started' })).toBe('not started: a was stopped');
    expect(verdict('ready', { ...failed, reached: 'started' })).toBe('not started: a failed (exit code 3)');
    expect(verdict('ready', { state: 'lost', reached: 'started', reason: 'killed' })).toBe(
      'not started: a was lost (killed)',
    );
    expect(verdict('started', stopped)).toBe('not started: a was not started');
    // One that is about to be started again may still reach it.
    expect(verdict('succeeded', { ...failed, willStart: true })).toBe('waits for a to succeed');
  });

  it('name what is waited for, a few of many', () => {
    const input = {
      processes: {
        a: x,
        b: x,
        p: { ...x, after: { a: 'succeeded', b: 'ready' } },
        q: { ...x, after: { g: 'started' } },
      },
      groups: { g: { processes: { c: { ...x, replicas: 5 } } } },
    };
    expect(decide(input, {}).wait).toEqual([
      { key: 'p', reason: 'waits for a to succeed and b to be ready' },
      { key: 'q', reason: 'waits for g/c-0 to start, g/c-1 to start, g/c-2 to start and 2 more' },
    ]);
  });

  it('leave alone what is being started or stopped on request', () => {
    const wantedEnd = { reason: 'stopped on request', startsAgain: false };
    expect(decide(waiting('ready'), { a: running, p: { willStart: true } })).toMatchObject({ start: [], wait: [] });
    expect(decide(waiting('ready'), { a: running, p: { wantedEnd } })).toMatchObject({ start: [], skip: [] });
  });

  it('of thousands that wait for thousands are judged quickly', () => {
    const input = { processes: { a: { ...x, replicas: 5000 }, b: { ...x, replicas: 5000, after: { a: 'ready' } } } };
    const experiment = resolve(input);
    const processes = keysOf(experiment).map((key) => ({ ...idle, key, state: 'pending' as const }));
    const begin = performance.now();
    const { start, wait } = decideByRules(experiment, { launchedAt: 0, processes, end: undefined }, 0);
    expect([start.length, wait.length]).toEqual([5000, 5000]);
    expect(performance.now() - begin).toBeLessThan(5_000);
  });
});

describe('endsWith', () => {
  const input = {
    endsWith: 'learner',
    processes: { learner: x, agent: { ...x, restart: 'always' }, late: { ...x, after: { learner: 'ready' } } },
  };

  it('ends the experiment when all that it names have ended, and stops or skips the others', () => {
    expect(decide(input, { learner: running, agent: running, late: running })).toMatchObject({
      end: undefined,
      stop: [],
    });
    const over = decide(input, { learner: succeeded, agent: running }, { now: 9 });
    expect(over.end).toEqual({
      outcome: 'succeeded',
      reason: 'learner ended the experiment',
      rule: 'endsWith',
      time: new Date(5_000).toISOString(),
    });
    const reason = 'learner ended the experiment';
    expect(over.stop).toEqual([{ key: 'agent', reason, countsAs: 'stopped' }]);
    expect(over.skip).toEqual([{ key: 'late', reason: `not started: ${reason}` }]);
    expect(over.start).toEqual([]);
  });

  it('fails the experiment if one of them did not succeed', () => {
    const cases = [
      [failed, 'learner failed (exit code 3), which ended the experiment'],
      [stopped, 'learner was not started, which ended the experiment'],
      [{ ...stopped, reached: 'started' }, 'learner was stopped, which ended the experiment'],
    ] as const;
    for (const [learner, reason] of cases)
      expect(decide(input, { learner, agent: running }).end).toMatchObject({ outcome: 'failed', reason });
  });

  it('waits for all replicas, and for one that will be restarted', () => {
    const many = {
      endsWith: ['a', 'g'],
      processes: { a: { ...x, replicas: 2 } },
      groups: { g: { processes: { b: x } } },
    };
    expect(decide(many, { 'a-0': succeeded, 'a-1': running, 'g.b': succeeded }).end).toBeUndefined();
    expect(decide(many, { 'a-0': succeeded, 'a-1': { state: 'backoff' }, 'g.b': succeeded }).end).toBeUndefined();
    expect(decide(many, { 'a-0': succeeded, 'a-1': succeeded, 'g.b': succeeded }).end?.reason).toBe(
      'a and g ended the experiment',
    );
  });

  it('leaves the others the delay, in which nothing is started', () => {
    const delayed = { ...input, endsWith: { processes: 'learner', delay: 10 } };
    const members = { learner: succeeded, agent: running };
    const meanwhile = decide(delayed, members, { now: 14 });
    expect(meanwhile).toMatchObject({ start: [], stop: [], nextCheck: 15_000, skip: [{ key: 'late' }] });
    expect(decide(delayed, members, { now: 15 }).stop).toMatchObject([{ key: 'agent' }]);
    const restarting = decide(delayed, { ...members, agent: { state: 'backoff' } }, { now: 6 });
    expect(restarting.stop).toMatchObject([{ key: 'agent', countsAs: 'stopped' }]);
    const limited = decide({ ...delayed, maxDuration: 8 }, members, { now: 8 });
    expect(limited).toMatchObject({ end: { rule: 'endsWith', outcome: 'succeeded' }, stop: [{ key: 'agent' }] });
  });

  it('overrides a restart on request, and leaves a stop alone', () => {
    const stopOf = (wantedEnd: ProcessFacts['wantedEnd']) =>
      decide(input, { learner: succeeded, agent: { ...running, wantedEnd } }).stop.map(({ key }) => key);
    expect(stopOf({ reason: 'restarting', startsAgain: true })).toEqual(['agent']);
    expect(stopOf({ reason: 'hangs', startsAgain: false, countsAs: 'failed' })).toEqual(['agent']);
    expect(stopOf({ reason: 'stopped on request', startsAgain: false })).toEqual([]);
  });

  it('spares what is started on request afterwards', () => {
    const { end } = decide(input, { learner: succeeded, agent: running });
    const spare = (...spared: string[]) => end && { ...end, spared };
    const members = { learner: succeeded, agent: running, late: stopped };
    expect(decide(input, members, { end: spare('agent') })).toMatchObject({ end: spare('agent'), stop: [] });
    // The experiment goes on while what it ends with runs again, and is judged anew afterwards.
    const again = decide(input, { ...members, learner: running }, { end: spare('agent', 'learner') });
    expect(again).toMatchObject({ end: undefined, stop: [] });
    const repeated = decide(input, { ...members, learner: failed }, { end: spare('agent', 'learner') });
    expect(repeated).toMatchObject({ end: { outcome: 'failed' }, stop: [{ key: 'agent' }] });
    expect(repeated.end).not.toHaveProperty('spared');
    // A start that came to nothing leaves nothing waiting for ever.
    expect(decide(input, { ...members, late: {} }, { end: spare('late') }).skip).toMatchObject([{ key: 'late' }]);
  });
});

describe('maxDuration', () => {
  it('of a process ends its run as failed', () => {
    const input = { processes: { p: { ...x, maxDuration: 90 } } };
    const p = { ...running, startedAt: 10_000 };
    expect(decide(input, { p }, { now: 99 })).toMatchObject({ stop: [], nextCheck: 100_000 });
    expect(decide(input, { p }, { now: 100 }).stop).toEqual([
      { key: 'p', reason: 'ran longer than 90s', countsAs: 'failed' },
    ]);
    const wantedEnd = { reason: 'ran longer than 90s', startsAgain: false, countsAs: 'failed' } as const;
    expect(decide(input, { p: { ...p, wantedEnd } }, { now: 100 }).stop).toEqual([]);
    expect(decide(input, { p: { ...p, state: 'backoff' } }, { now: 100 }).stop).toEqual([]);
  });

  it('of the experiment ends it as failed, counted from its launch', () => {
    const input = { maxDuration: '12h', processes: { p: x, q: { ...x, after: { p: 'ended' } } } };
    const hours = 3600;
    expect(decide(input, { p: running }, { now: 11 * hours })).toMatchObject({
      end: undefined,
      nextCheck: 12 * hours * 1000,
    });
    const over = decide(input, { p: running }, { now: 12 * hours });
    expect(over).toMatchObject({
      end: { outcome: 'failed', reason: 'ran longer than 12h', rule: 'maxDuration' },
      stop: [{ key: 'p', reason: 'the experiment ran longer than 12h', countsAs: 'stopped' }],
      skip: [{ key: 'q', reason: 'not started: the experiment ran longer than 12h' }],
    });
    expect(decide(input, { p: succeeded, q: succeeded }, { now: 13 * hours }).end).toBeUndefined();
  });
});

describe('onFailure: stop', () => {
  const input = { onFailure: 'stop', processes: { a: x, b: x, c: { ...x, after: { b: 'ended' } } } };

  it('stops the others when one has failed for good', () => {
    const over = decide(input, { a: failed, b: running });
    expect(over).toMatchObject({
      end: { outcome: 'failed', reason: 'a failed (exit code 3)' },
      stop: [{ key: 'b', reason: 'stopped, because a failed' }],
      skip: [{ key: 'c', reason: 'not started: a failed (exit code 3)' }],
    });
    expect(decide(input, { a: { state: 'lost' }, b: running }).stop).toHaveLength(1);
    expect(decide(input, { a: { state: 'backoff' }, b: running }).end).toBeUndefined();
    expect(decide(input, { a: stopped, b: running }).end).toBeUndefined();
    expect(decide({ ...input, onFailure: 'continue' }, { a: failed, b: running })).toMatchObject({ end: undefined });
  });

  it('is judged anew once the failed process is started again', () => {
    const { end } = decide(input, { a: failed, b: running });
    const spare = (...spared: string[]) => end && { ...end, spared };
    const others = { b: running, c: stopped };
    expect(decide(input, { a: failed, ...others }, { end: spare('b') })).toMatchObject({ end: spare('b'), stop: [] });
    expect(decide(input, { a: running, ...others }, { end: spare('a', 'b') }).end).toBeUndefined();
    const again = decide(input, { a: failed, ...others }, { end: spare('a', 'b') });
    expect(again).toMatchObject({ end: { failed: 'a' }, stop: [{ key: 'b' }] });
    expect(again.end).not.toHaveProperty('spared');
  });
});

it('an experiment has rules if one of them says more than when to restart', () => {
  const rules = [{ endsWith: 'p' }, { maxDuration: 5 }, { onFailure: 'stop' }];
  const own = [{ maxDuration: 5 }, { after: { q: 'ready' } }];
  for (const fields of rules) expect(hasRules(resolve({ ...fields, processes: { p: x } }))).toBe(true);
  for (const fields of own) expect(hasRules(resolve({ processes: { q: x, p: { ...x, ...fields } } }))).toBe(true);
  expect(hasRules(resolve({ processes: { p: { ...x, restart: 'always' } } }))).toBe(false);
});

describe('whatever happens', () => {
  const simulate = ({ experiment, scripts, requests }: Scenario, kills: readonly number[] = []) => {
    const simulated = new SimulatedExperiment(experiment, scripts, requests);
    simulated.run(new Set(kills));
    return simulated;
  };
  const outcomeOf = ({ runtimes, end }: SimulatedExperiment) => ({
    // Where two reasons are true at once, such as two conditions that cannot come true, either may be given.
    states: [...runtimes].map(([key, { state }]) => [key, state]),
    end: end && { outcome: end.outcome, reason: end.reason, rule: end.rule },
  });

  it('no decision contradicts itself, and none starts what was started', () => {
    fc.assert(
      fc.property(scenarios({ endsWith: true, requests: true }), (scenario) => {
        for (const { facts, decision } of simulate(scenario).decisions) {
          const { start, wait, skip, stop } = decision;
          const keys = [...start, ...[...wait, ...skip, ...stop].map(({ key }) => key)];
          expect(new Set(keys).size).toBe(keys.length);
          const byKey = new Map(facts.map((member) => [member.key, member]));
          for (const key of start) expect(byKey.get(key)).toMatchObject({ state: 'pending', willStart: false });
          for (const { key } of skip) expect(byKey.get(key)?.state).toBe('pending');
          for (const { key } of stop) expect(isFinal(byKey.get(key)?.state ?? 'lost')).toBe(false);
          if (decision.end !== undefined) expect(start).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('nothing is started after the experiment is over, unless it was asked for', () => {
    fc.assert(
      fc.property(scenarios({ endsWith: true, requests: true }), (scenario) => {
        for (const { wasOver, requested } of simulate(scenario).starts) expect(wasOver && !requested).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it('an experiment with endsWith ends, with an outcome that follows from what it names', () => {
    fc.assert(
      fc.property(scenarios({ endsWith: true, requests: false }), (scenario) => {
        const simulated = simulate(scenario);
        expect(simulated.isSettled).toBe(true);
        expect(simulated.end).toBeDefined();
        const named = scenario.experiment.endsWith?.keys.map((key) => simulated.runtimes.get(key)?.state);
        if (simulated.end?.rule === 'endsWith')
          expect(simulated.end.outcome).toBe(named?.every((state) => state === 'succeeded') ? 'succeeded' : 'failed');
      }),
      { numRuns: 200 },
    );
  });

  it('a condition that can still come true is never given up, and one that holds is acted on', () => {
    fc.assert(
      fc.property(scenarios({ endsWith: false, requests: false }), ({ experiment, scripts, requests }) => {
        const simulated = simulate({
          experiment: { ...experiment, onFailure: 'continue', maxDuration: null },
          scripts,
          requests,
        });
        const facts = new Map(simulated.facts().map((member) => [member.key, member]));
        for (const resolved of experiment.processes) {
          const member = facts.get(resolved.name) as ProcessFacts;
          const holds = resolved.after.every(({ key, condition }) => {
            const awaited = facts.get(key) as ProcessFacts;
            if (condition === 'started') return awaited.reached !== undefined;
            if (condition === 'ready') return awaited.reached === 'ready' || awaited.state === 'succeeded';
            return hasEnded(awaited) && (condition === 'ended' || awaited.state === 'succeeded');
          });
          // Everything that is waited for ends, so that in the end it is known which conditions came true.
          expect(member.reached !== undefined).toBe(holds);
          if (!holds)
            expect(member).toMatchObject({ state: 'stopped', reason: expect.stringMatching(/^not started: /) });
        }
      }),
      { numRuns: 200 },
    );
  });

  it('a decision that was carried out changes nothing when it is made again', () => {
    fc.assert(
      fc.property(scenarios({ endsWith: true, requests: true }), (scenario) => {
        const { atRest } = simulate(scenario);
        for (const { start, skip, stop } of atRest)
          expect({ start, skip, stop }).toEqual({ start: [], skip: [], stop: [] });
      }),
      { numRuns: 200 },
    );
  });

  it('a supervisor that is killed between any two steps loses nothing', () => {
    const kills = fc.array(fc.nat(200), { maxLength: 20 });
    fc.assert(
      fc.property(scenarios({ endsWith: true, requests: false }), kills, (scenario, killedAt) => {
        expect(outcomeOf(simulate(scenario, killedAt))).toEqual(outcomeOf(simulate(scenario)));
      }),
      { numRuns: 300 },
    );
  });
});
