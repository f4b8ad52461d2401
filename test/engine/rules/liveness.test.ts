import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  countSilence,
  judgeCheck,
  judgeSilence,
  type ObservedTime,
  observedSilence,
  observeTime,
  type Silence,
} from '../../../src/engine/rules/liveness.ts';

const start = Date.parse('2026-01-01T00:00:00Z');

/** A machine with a run: its clock, a clock that is never set, and what looks at the run find. */
class Machine {
  now = start;
  clock = 0;
  lastOutput = start;
  silence: Silence | undefined;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  pass(seconds: number): void {
    this.now += seconds * 1000;
    this.clock += seconds * 1000;
  }

  write(): void {
    this.lastOutput = this.now;
  }

  look(): string | undefined {
    this.silence = countSilence(this.#limit, this.silence, this);
    const verdict = judgeSilence(this.#limit, this.silence);
    return 'hangs' in verdict ? verdict.hangs : undefined;
  }

  /** Looks as often as a judgement asks for, until the run hangs; at most for so long. Returns the seconds. */
  watch(seconds: number): number | undefined {
    for (const begin = this.clock; this.clock - begin <= seconds * 1000; ) {
      if (this.look() !== undefined) return (this.clock - begin) / 1000;
      const verdict = judgeSilence(this.#limit, this.silence as Silence);
      const before = this.clock;
      this.pass('nextLook' in verdict ? verdict.nextLook / 1000 : 0);
      if (this.clock <= before) throw new Error(`the next look, ${JSON.stringify(verdict)}, is not later`);
    }
    return undefined;
  }
}

describe('a silent run', () => {
  test('hangs after its limit, counted from its start', () => {
    const machine = new Machine(600);
    expect(machine.watch(1_000)).toBe(600);
    expect(machine.look()).toBe('wrote nothing for 10m');
  });

  test('hangs after its limit, counted from its last output', () => {
    const machine = new Machine(60);
    expect(machine.watch(30)).toBeUndefined();
    machine.write();
    const written = machine.clock;
    machine.pass(3);
    machine.watch(1_000);
    expect((machine.clock - written) / 1000).toBe(60);
  });

  test('does not hang because the machine was suspended, however long', () => {
    for (const stands of [true, false]) {
      const machine = new Machine(60);
      machine.watch(30);
      machine.now += 8 * 3_600_000;
      // Some systems count the time of a suspension, as the time of a stopped observer.
      if (!stands) machine.clock += 8 * 3_600_000;
      expect(machine.look()).toBeUndefined();
      expect(machine.watch(100)).toBeGreaterThan(10);
    }
  });

  test('does not hang because the clock was set, forwards or backwards', () => {
    for (const hours of [5, -5]) {
      const machine = new Machine(60);
      machine.watch(30);
      machine.now += hours * 3_600_000;
      expect(machine.look()).toBeUndefined();
      machine.write();
      machine.pass(1);
      expect(machine.watch(100)).toBe(59);
    }
  });

  test('is taken over by another observer with its silence so far, less a grace', () => {
    const machine = new Machine(60);
    machine.watch(40);
    machine.silence = undefined;
    expect(machine.watch(100)).toBeLessThanOrEqual(20);
    machine.silence = undefined;
    machine.pass(3_600);
    expect(machine.look()).toBeUndefined();
    expect(machine.watch(100)).toBe(10);
  });

  test('is not counted while its output cannot be seen', () => {
    const machine = new Machine(60);
    machine.watch(40);
    for (let looks = 0; looks < 100; looks += 1) {
      machine.pass(5);
      machine.silence = countSilence(60, machine.silence, { ...machine, lastOutput: undefined });
    }
    expect(judgeSilence(60, machine.silence as Silence)).toHaveProperty('nextLook');
  });

  const acts = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('pass' as const), seconds: fc.double({ min: 0, max: 5, noNaN: true }) }),
      fc.record({ kind: fc.constant('suspend' as const), seconds: fc.double({ min: 0, max: 1e6, noNaN: true }) }),
      fc.record({ kind: fc.constant('set clock' as const), seconds: fc.double({ min: -1e6, max: 1e6, noNaN: true }) }),
      fc.record({ kind: fc.constant('write' as const), seconds: fc.constant(0) }),
    ),
    { maxLength: 200 },
  );

  test('is looked at again after at least a millisecond, and after 5 seconds at most', () => {
    const seconds = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(seconds, seconds, (limit, silent) => {
        const verdict = judgeSilence(limit, { milliseconds: silent * 1000 });
        if ('hangs' in verdict) {
          expect(silent).toBeGreaterThanOrEqual(limit);
        } else {
          expect(verdict.nextLook).toBeGreaterThanOrEqual(1);
          expect(verdict.nextLook).toBeLessThanOrEqual(5_000);
        }
      }),
    );
    // What rounding leaves of a limit: added to most times of a clock, it changes nothing.
    expect(judgeSilence(5, { milliseconds: 4_999.999_999_999 })).toEqual({ nextLook: 1 });
  });

  test('never hangs before its limit of observed silence has passed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), acts, (limit, all) => {
        const machine = new Machine(limit);
        machine.look();
        let quiet = 0;
        for (const { kind, seconds } of all) {
          if (kind === 'pass') machine.pass(seconds);
          else if (kind === 'write') machine.write();
          else machine.now += seconds * 1000;
          quiet = kind === 'write' ? 0 : kind === 'pass' ? quiet + seconds : quiet;
          if (machine.look() !== undefined) expect(quiet).toBeGreaterThanOrEqual(limit - 0.001);
        }
      }),
    );
  });

  test('always hangs in the end, whatever happened before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), acts, (limit, all) => {
        const machine = new Machine(limit);
        for (const { kind, seconds } of all) {
          if (kind === 'pass') machine.pass(seconds);
          else if (kind === 'write') machine.write();
          else machine.now += seconds * 1000;
          machine.look();
        }
        // The sum of many durations is rounded, which may take one more look.
        expect(machine.watch(limit + 1)).toBeLessThanOrEqual(limit + 0.002);
      }),
    );
  });
});

describe('the silence of a run that is not looked at each time', () => {
  type Step = { readonly seconds: number; readonly suspended: number };
  const steps = fc.array(
    fc.record({
      seconds: fc.double({ min: 0, max: 5, noNaN: true }),
      suspended: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ max: 1e5 }) }),
    }),
    { maxLength: 60 },
  );
  const observe = (all: readonly Step[], begin?: ObservedTime) => {
    let observed = begin ?? observeTime(undefined, { now: start, clock: 0 });
    for (const { seconds, suspended } of all) {
      const { now, clock } = observed;
      observed = observeTime(observed, { now: now + (seconds + suspended) * 1000, clock: clock + seconds * 1000 });
    }
    return observed;
  };
  /** Differences between the clocks that are too small to tell are part of each of these steps. */
  const tolerance = (all: readonly Step[]) => all.filter(({ suspended }) => suspended > 0).length * 5_000 + 1;

  test('is never more than what was observed since its last output', () => {
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const written = observe(before);
        const observed = observe(after, written);
        const quiet = after.reduce((sum, { seconds }) => sum + seconds, 0) * 1000;
        expect(observedSilence(600, observed, written.now)).toBeLessThanOrEqual(quiet + tolerance(after));
      }),
    );
  });

  test('is all of the time if nothing was suspended', () => {
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const plain = (all: readonly Step[]) => all.map((step) => ({ ...step, suspended: 0 }));
        const written = observe(plain(before));
        const observed = observe(plain(after), written);
        expect(observedSilence(600, observed, written.now)).toBeCloseTo(observed.now - written.now, 3);
      }),
    );
  });

  test('is taken over by another observer, less a grace', () => {
    const observed = observeTime(undefined, { now: start, clock: 0 });
    expect(observedSilence(60, observed, start - 20_000)).toBe(20_000);
    expect(observedSilence(60, observed, start - 3_600_000)).toBe(50_000);
    expect(observedSilence(60, observe([{ seconds: 4, suspended: 0 }], observed), start - 3_600_000)).toBe(54_000);
  });
});

describe('a check', () => {
  const command = { kind: 'command', command: 'true', every: 10, failures: 3 } as const;

  test('makes a run hang when it fails so often in a row', () => {
    const judge = (answers: readonly (string | null | undefined)[]) => {
      let failures = 0;
      const found: string[] = [];
      for (const answer of answers) {
        const verdict = judgeCheck(command, failures, answer);
        failures = verdict.failures;
        if (verdict.hangs !== undefined) found.push(verdict.hangs);
      }
      return found;
    };
    expect(judge(['a', 'a', null, 'a', 'a'])).toEqual([]);
    expect(judge(['a', undefined, 'a', undefined, 'exit code 1'])).toEqual([
      'its check failed 3 times in a row: exit code 1',
    ]);
    // The count starts over, for when the run could not be ended.
    expect(judge(['a', 'a', 'a', 'a', 'a'])).toHaveLength(1);
  });

  test('of a service is said as such', () => {
    const service = { kind: 'service', service: 'replay', every: 10, failures: 1 } as const;
    const { hangs } = judgeCheck(service, 0, 'connection refused');
    expect(hangs).toBe('service replay did not accept connections: connection refused');
  });
});
