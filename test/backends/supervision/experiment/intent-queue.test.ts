import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type IntentEffects, IntentQueue } from '../../../../src/backends/supervision/experiment/intent-queue.ts';

const keys = ['a', 'b'] as const;
type Key = (typeof keys)[number];

/** One life of the experiment, from its launch to its removal. */
interface Launch {
  readonly id: number;
  /** The newest run of each process, as the supervisor knows it. */
  memory: Record<Key, number>;
  /** The newest run of each process, as recorded on disk. */
  disk: Record<Key, number>;
  deletingOnDisk: boolean;
  launchedOnDisk: boolean;
  removed: boolean;
}

/** A run that exists: first as a keeper that is starting, then as a process. */
interface Run {
  readonly launch: Launch;
  readonly key: Key;
  readonly run: number;
  state: 'starting' | 'alive' | 'over';
}

interface Call {
  readonly kind: 'restart' | 'stop' | 'policy' | 'launch' | 'delete';
  readonly launch: Launch;
  outcome: 'pending' | 'done' | Error;
  deletedMeanwhile: boolean;
}

/** A step of an effect, which waits until the test completes it with an outcome that the test chooses. */
interface Step {
  readonly name: string;
  readonly outcomes: number;
  readonly go: (outcome: number) => void;
}

/** A model of everything around the queue: what is on record, what runs, and which steps are in progress. */
class World {
  readonly runs: Run[] = [];
  readonly calls: Call[] = [];
  readonly history: string[] = [];
  steps: Step[] = [];
  launch: Launch | undefined;
  queue: IntentQueue | undefined;
  #launches = 0;

  newLaunch(): void {
    this.#launches += 1;
    const none = { a: 0, b: 0 };
    const launch: Launch = {
      id: this.#launches,
      memory: { ...none },
      disk: { ...none },
      deletingOnDisk: false,
      launchedOnDisk: false,
      removed: false,
    };
    this.launch = launch;
    const queue = this.#manage(launch);
    this.call('launch', () =>
      queue.start(keys).then(
        () => {
          launch.launchedOnDisk = true;
        },
        async (error) => {
          // The supervisor undoes a failed launch.
          this.delete();
          throw error;
        },
      ),
    );
  }

  call(kind: Call['kind'], start: () => Promise<unknown>): void {
    const call: Call = { kind, launch: this.launch as Launch, outcome: 'pending', deletedMeanwhile: false };
    this.calls.push(call);
    start().then(
      () => {
        call.outcome = 'done';
      },
      (error) => {
        call.outcome = error;
      },
    );
  }

  delete(): void {
    const { launch, queue } = this;
    if (launch === undefined || queue === undefined) return;
    launch.deletingOnDisk = true;
    for (const call of this.calls) {
      const isStart = call.kind === 'restart' || call.kind === 'launch';
      if (isStart && call.launch === launch && call.outcome === 'pending') call.deletedMeanwhile = true;
    }
    this.call('delete', async () => {
      const leftovers = await queue.delete();
      if (leftovers.length > 0) launch.deletingOnDisk = false;
      else {
        const left = this.runs.filter((run) => run.launch === launch && run.state !== 'over');
        expect(left.map(({ key, run, state }) => `${key}.${run} ${state}`)).toEqual([]);
      }
    });
  }

  /** Replaces the supervisor after a kill -9: steps in progress never finish, and memory is read back from the disk. */
  crash(): void {
    this.steps = [];
    for (const call of this.calls) if (call.outcome === 'pending') call.outcome = 'done';
    const { launch } = this;
    if (launch === undefined || launch.removed) return;
    launch.memory = { ...launch.disk };
    this.#manage(launch);
    if (launch.deletingOnDisk || !launch.launchedOnDisk) this.delete();
  }

  #manage(launch: Launch): IntentQueue {
    const queue = new IntentQueue('exp', keys, this.#effects(launch));
    this.queue = queue;
    return queue;
  }

  #effects(launch: Launch): IntentEffects {
    const of = (names: readonly string[]) =>
      this.runs.filter((run) => run.launch === launch && names.includes(run.key) && run.state !== 'over');
    return {
      end: async (names) => {
        await this.#step(`prevent ${names}`);
        for (const run of of(names)) {
          if (run.run === launch.memory[run.key] && run.state === 'starting') run.state = 'over';
        }
        const stuck = await this.#step(`end ${names}`, 2);
        const alive = of(names).filter(({ state }) => state === 'alive');
        const [first, ...others] = alive;
        for (const run of stuck ? others : alive) run.state = 'over';
        return new Map(stuck && first !== undefined ? [[first.key, `${first.key} is stuck`]] : []);
      },
      start: async (names) => {
        const before = { ...launch.memory };
        for (const name of names as Key[]) launch.memory[name] += 1;
        if (await this.#step(`record ${names}`, 2)) {
          launch.memory = {
            ...launch.memory,
            ...Object.fromEntries((names as Key[]).map((name) => [name, before[name]])),
          };
          return new Map(names.map((name) => [name, new Error('the disk is full')]));
        }
        launch.disk = { ...launch.memory };
        const errors = new Map<string, Error>();
        for (const key of names as Key[]) {
          // 0: started. 1: not started. 2: started despite an error, and then prevented unless it is alive already.
          const outcome = await this.#step(`spawn ${key}`, 3);
          const run: Run = { launch, key, run: launch.memory[key], state: 'starting' };
          if (outcome !== 1) this.runs.push(run);
          if (outcome === 0) continue;
          await this.#step(`prevent ${key}`);
          if (run.state === 'alive') continue;
          run.state = 'over';
          errors.set(key, new Error('cannot be started'));
        }
        await this.#step(`started ${names}`);
        return errors;
      },
      remove: async () => {
        if (await this.#step('remove', 2)) return ['the folder'];
        launch.removed = true;
        return [];
      },
    };
  }

  #step(name: string, outcomes = 1): Promise<number> {
    return new Promise((resolve) => this.steps.push({ name, outcomes, go: resolve }));
  }

  /** Every possible next event. Failures come last, so that a shrunk counterexample has few of them. */
  transitions(): [string, () => void][] {
    const { launch, queue } = this;
    const all: [string, () => void][] = this.steps.map((step) => [step.name, () => this.go(step, 0)]);
    for (const run of this.runs) {
      if (run.state === 'starting') all.push([`${run.key}.${run.run} becomes alive`, () => (run.state = 'alive')]);
      if (run.state === 'alive') all.push([`${run.key}.${run.run} exits`, () => (run.state = 'over')]);
    }
    if (queue === undefined || launch === undefined || launch.removed) all.push(['launch', () => this.newLaunch()]);
    else {
      for (const names of [['a'], ['b'], ['a', 'b']]) {
        all.push([`restart ${names}`, () => this.call('restart', () => queue.restart(names))]);
        all.push([`policy ${names}`, () => this.call('policy', () => queue.restartByPolicy(names))]);
        all.push([`stop ${names}`, () => this.call('stop', () => queue.stop(names, 'stopped'))]);
        all.push([`fail ${names}`, () => this.call('stop', () => queue.stop(names, 'hangs', 'failed'))]);
      }
      all.push(['delete', () => this.delete()]);
      all.push(['crash', () => this.crash()]);
    }
    for (const step of this.steps)
      for (let outcome = 1; outcome < step.outcomes; outcome += 1)
        all.push([`${step.name} fails (${outcome})`, () => this.go(step, outcome)]);
    return all;
  }

  go(step: Step, outcome: number): void {
    this.steps = this.steps.filter((other) => other !== step);
    step.go(outcome);
  }

  async take(choice: number): Promise<void> {
    const transitions = this.transitions();
    const [name, happen] = transitions[choice % transitions.length] as [string, () => void];
    this.history.push(name);
    happen();
    await settled();
    this.check();
  }

  /** Asserts that every run is on record, and that nothing outlives its deletion. */
  check(): void {
    for (const { launch, key, run, state } of this.runs) {
      if (state === 'over') continue;
      const name = `${key}.${run} of launch ${launch.id}`;
      expect(launch.removed ? `${name} outlives its deletion` : '', this.history.join('; ')).toBe('');
      expect(launch.disk[key] === run ? '' : `${name} is not on record`, this.history.join('; ')).toBe('');
    }
    for (const { deletedMeanwhile, outcome } of this.calls) {
      if (deletedMeanwhile) expect(outcome, this.history.join('; ')).not.toBe('pending');
      if (deletedMeanwhile) expect(outcome, this.history.join('; ')).toBeInstanceOf(Error);
    }
  }
}

/** Resolves once every consequence that needs no further step has happened. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('no interleaving of launch, restart, stop, delete, force, policies, failures and crashes', () => {
  test('leaves a run that is not on record, or a call without an answer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 80 }), async (choices) => {
        const world = new World();
        for (const choice of choices) await world.take(choice);
        for (let count = 0; world.steps.length > 0; count += 1) {
          expect(count, world.history.join('; ')).toBeLessThan(1000);
          world.go(world.steps[0] as Step, 0);
          await settled();
          world.check();
        }
        expect(world.calls.filter(({ outcome }) => outcome === 'pending')).toEqual([]);
        expect(world.launch?.removed ? undefined : world.queue?.isBusy).not.toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the last intent wins', () => {
  /** A queue whose steps wait until the test completes them, in the order that the test chooses. */
  function queueWithSteps() {
    const steps: { readonly name: string; readonly go: () => void }[] = [];
    const step = (name: string) => new Promise<void>((resolve) => steps.push({ name, go: resolve }));
    const queue = new IntentQueue('exp', ['a', 'b'], {
      end: async (names) => {
        await step(`end ${names}`);
        return new Map();
      },
      start: async (names) => {
        await step(`start ${names}`);
        return new Map();
      },
      remove: async () => {
        await step('remove');
        return [];
      },
    });
    /** The names of the steps in progress. */
    const underWay = () => steps.map(({ name }) => name);
    const finish = async (name: string) => {
      const index = steps.findIndex((other) => other.name === name);
      expect(index, `${name} among ${underWay()}`).toBeGreaterThanOrEqual(0);
      steps.splice(index, 1)[0]?.go();
      await settled();
    };
    return { queue, underWay, finish };
  }

  const conflict = (words: RegExp) =>
    expect.objectContaining({ code: 'conflict', message: expect.stringMatching(words) });

  test('a deletion cancels a restart, and nothing is started after it', async () => {
    const { queue, underWay, finish } = queueWithSteps();
    const restart = queue.restart(['a']).catch((error) => error);
    expect(queue.wantedEnd('a')).toEqual({ reason: 'restarting', startsAgain: true });
    const deletion = queue.delete();
    expect(queue.wantedEnd('a')).toEqual({ reason: 'deleted', startsAgain: false });
    expect(await restart).toEqual(conflict(/a was cancelled: experiment exp is being deleted/));
    expect(underWay()).toEqual(['end a', 'end b']);
    await finish('end b');
    await finish('end a');
    expect(underWay()).toEqual(['remove']);
    await expect(queue.restart(['a'])).rejects.toEqual(conflict(/is being deleted/));
    await expect(queue.stop(['a'], 'stopped')).rejects.toEqual(conflict(/is being deleted/));
    await queue.restartByPolicy(['a']);
    const second = queue.delete();
    await finish('remove');
    expect(await Promise.all([deletion, second])).toEqual([[], []]);
    await expect(queue.restart(['a'])).rejects.toMatchObject({ code: 'not-found' });
    expect(underWay()).toEqual([]);
  });

  test('a deletion waits for a start in progress, and ends what it started', async () => {
    const { queue, underWay, finish } = queueWithSteps();
    const restart = queue.restart(['a']).catch((error) => error);
    await finish('end a');
    const deletion = queue.delete();
    expect(await restart).toEqual(conflict(/is being deleted/));
    await finish('end b');
    expect(underWay()).toEqual(['start a']);
    await finish('start a');
    await finish('end a');
    await finish('remove');
    expect(await deletion).toEqual([]);
  });

  test('a stop cancels a restart, by hand and by policy', async () => {
    const { queue, underWay, finish } = queueWithSteps();
    const restart = queue.restart(['a']).catch((error) => error);
    const policy = queue.restartByPolicy(['b']);
    const stop = queue.stop(['a', 'b'], 'stopped, because f failed');
    expect(await restart).toEqual(conflict(/a was cancelled: stopped, because f failed/));
    expect(queue.willStart('a')).toBe(false);
    expect(queue.wantedEnd('a')).toEqual({ reason: 'stopped, because f failed', startsAgain: false });
    await finish('end a');
    await finish('end b');
    await Promise.all([stop, policy]);
    expect(underWay()).toEqual([]);
  });

  test('a restart requested during a stop follows it; one requested during a restart joins it', async () => {
    const { queue, underWay, finish } = queueWithSteps();
    const stop = queue.stop(['a'], 'stopped');
    const restarts = [queue.restart(['a']), queue.restart(['a'])];
    await finish('end a');
    await stop;
    expect(underWay()).toEqual(['start a']);
    await finish('start a');
    await Promise.all(restarts);
    expect(underWay()).toEqual([]);
    expect(queue.isBusy).toBe(false);
  });

  test('a restart policy does not override a requested stop', async () => {
    const { queue, underWay, finish } = queueWithSteps();
    const stop = queue.stop(['a'], 'stopped');
    await queue.restartByPolicy(['a']);
    await finish('end a');
    await stop;
    expect(underWay()).toEqual([]);
  });
});
