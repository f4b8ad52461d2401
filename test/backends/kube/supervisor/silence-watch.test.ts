import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { LastOutput } from '../../../../src/backends/kube/logs/last-output.ts';
import { SilenceWatch, type WatchedRun } from '../../../../src/backends/kube/supervisor/silence-watch.ts';

const start = Date.parse('2026-01-01T00:00:00Z');

/** Runs in containers, whose nodes answer, and a supervisor that looks at them. */
class Nodes {
  now = start;
  clock = 0;
  requests = 0;
  mostAtOnce = 0;
  /** Milliseconds by which the clocks of the nodes are behind. */
  behind = 0;
  isDown = false;
  /** The times at which each run writes, by its id. */
  readonly #writes = new Map<string, (time: number) => number | undefined>();
  readonly runs: WatchedRun[] = [];
  watch = this.observer();
  #atOnce = 0;
  #isAnswered = false;

  /** @param lastWrite the time of the newest line at a time; undefined while there is none */
  add(limit: number, lastWrite: (time: number) => number | undefined): string {
    const id = `c${this.runs.length}`;
    this.runs.push({ id, container: { namespace: 'n', pod: id, container: 'main' }, startedAt: this.now, limit });
    this.#writes.set(id, lastWrite);
    return id;
  }

  /** Another supervisor. */
  observer(): SilenceWatch {
    return new SilenceWatch({
      time: () => ({ now: this.now, clock: this.clock }),
      ask: (container, seconds) => this.#answer(container.pod, seconds),
      onAnswer: () => {
        this.#isAnswered = true;
      },
    });
  }

  pass(milliseconds: number): void {
    this.now += milliseconds;
    this.clock += milliseconds;
  }

  /** Looks when it is due, for so long. Returns when each run was found to hang, in seconds since the start of all. */
  async observe(seconds: number): Promise<Record<string, number>> {
    const found: Record<string, number> = {};
    for (const until = this.clock + seconds * 1000; this.clock < until; ) {
      this.#isAnswered = false;
      const { hanging, nextLook } = this.watch.look(this.runs);
      for (const { run } of hanging) found[run.id] ??= (this.now - start) / 1000;
      for (let turns = 0; turns < 3 || this.#atOnce > 0; turns += 1) await setImmediate();
      if (!this.#isAnswered) this.pass(Math.min(nextLook ?? 5_000, until - this.clock));
    }
    return found;
  }

  async #answer(id: string, seconds: number | undefined): Promise<LastOutput> {
    this.requests += 1;
    this.#atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
    await setImmediate();
    this.#atOnce -= 1;
    if (this.isDown) return { kind: 'unknown' };
    const time = this.#writes.get(id)?.(this.now);
    const isOld = time !== undefined && seconds !== undefined && time <= this.now - seconds * 1000;
    return time === undefined || isOld ? { kind: 'none' } : { kind: 'line', time: time - this.behind };
  }
}

const every = (seconds: number) => (time: number) => time - ((time - start) % (seconds * 1000));

describe('a run that is silent', () => {
  test('hangs after its limit, from its start or its last line', async () => {
    const nodes = new Nodes();
    nodes.add(60, () => undefined);
    nodes.add(60, (time) => Math.min(time, start + 100_000));
    nodes.add(60, every(50));
    const found = await nodes.observe(600);
    expect(Object.keys(found)).toEqual(['c0', 'c1']);
    expect(found.c0).toBeGreaterThanOrEqual(60);
    expect(found.c0).toBeLessThanOrEqual(65);
    expect(found.c1).toBeGreaterThanOrEqual(160);
    expect(found.c1).toBeLessThanOrEqual(165);
  });

  test('is asked about once in its limit, if it writes, and few at the same time', async () => {
    const nodes = new Nodes();
    for (let count = 0; count < 300; count += 1) nodes.add(600, every(1 + (count % 7)));
    expect(await nodes.observe(3_600)).toEqual({});
    // A request every two seconds for 300 pods.
    expect(nodes.requests).toBeLessThanOrEqual(300 * 6);
    expect(nodes.mostAtOnce).toBeLessThanOrEqual(8);
  });

  test('hangs also if supervisors follow each other, and not at once when one begins', async () => {
    const nodes = new Nodes();
    nodes.add(60, () => undefined);
    nodes.add(60, every(50));
    let found: Record<string, number> = {};
    for (let observers = 0; observers < 6; observers += 1) {
      nodes.watch = nodes.observer();
      found = { ...(await nodes.observe(15)), ...found };
    }
    expect(found).toEqual({ c0: expect.any(Number) });
    expect(found.c0).toBeGreaterThanOrEqual(60);
    const late = new Nodes();
    late.add(60, () => undefined);
    late.pass(3_600_000);
    expect(await late.observe(9)).toEqual({});
    expect(await late.observe(10)).toEqual({ c0: expect.any(Number) });
  });

  test('does not hang while its node does not answer, nor because everything was suspended', async () => {
    const nodes = new Nodes();
    nodes.add(60, () => undefined);
    nodes.isDown = true;
    expect(await nodes.observe(300)).toEqual({});
    nodes.isDown = false;
    expect(await nodes.observe(10)).toHaveProperty('c0');
    const laptop = new Nodes();
    laptop.add(60, (time) => Math.min(time, start + 30_000));
    await laptop.observe(30);
    laptop.now += 8 * 3_600_000;
    expect(await laptop.observe(45)).toEqual({});
    expect(await laptop.observe(30)).toHaveProperty('c0');
  });

  test('is judged by the clock of its node, and a new log file counts as output', async () => {
    const nodes = new Nodes();
    nodes.behind = 120_000;
    nodes.add(60, every(1));
    expect(await nodes.observe(600)).toEqual({});
    const rotated = new Nodes();
    rotated.add(60, (time) => (time < start + 100_000 ? every(1)(time) : undefined));
    const { c0 } = await rotated.observe(600);
    expect(c0).toBeGreaterThanOrEqual(160);
  });
});

test('nothing is watched without runs', () => {
  expect(new Nodes().watch.look([])).toEqual({ hanging: [], nextLook: undefined });
});
