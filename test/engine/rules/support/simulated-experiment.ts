import { processKey } from '../../../../src/engine/contract/process-key.ts';
import { isAlive, isFinal } from '../../../../src/engine/contract/status.ts';
import { type ExperimentEnd, type ProcessFacts, spareProcesses } from '../../../../src/engine/rules/experiment-end.ts';
import { decideByRules, type RuleDecision } from '../../../../src/engine/rules/experiment-rules.ts';
import { nextRuntime } from '../../../../src/engine/rules/next-runtime.ts';
import { toFacts } from '../../../../src/engine/rules/process-facts.ts';
import {
  beginRun,
  type EndVerdict,
  endRun,
  noteReached,
  notStarted,
  type ProcessRuntime,
  type WantedEnd,
} from '../../../../src/engine/rules/process-runtime.ts';
import type { ResolvedExperiment, ResolvedProcess } from '../../../../src/engine/spec/resolve/resolved-experiment.ts';

/** What one run of a process does, in seconds from its start. */
export interface RunScript {
  readonly readyAfter: number;
  /** Infinity: it runs until it is stopped. */
  readonly endsAfter: number;
  readonly exitCode: number;
}

/** What a process does, run after run; the last run repeats. */
export interface ProcessScript {
  readonly runs: readonly RunScript[];
  /** How long it takes to end once it is asked to. */
  readonly stopSeconds: number;
}

export interface Request {
  readonly type: 'restart' | 'stop';
  readonly key: string;
  /** Seconds since the launch. */
  readonly at: number;
}

interface RealRun {
  readonly run: number;
  readonly readyAt: number;
  endsAt: number;
  exitCode: number;
}

/**
 * An experiment in a simulated world: runs that do what their scripts say, and a supervisor that does one step at a time
 * and can be killed between any two. What it has persisted and what runs outlives it.
 */
export class SimulatedExperiment {
  readonly experiment: ResolvedExperiment;
  readonly #scripts: ReadonlyMap<string, ProcessScript>;
  readonly #processes: ReadonlyMap<string, ResolvedProcess>;
  readonly #requests: Request[];
  /** On record. */
  readonly runtimes = new Map<string, ProcessRuntime>();
  end: ExperimentEnd | undefined;
  /** In the real world. */
  readonly #alive = new Map<string, RealRun>();
  readonly #started = new Map<string, number>();
  now = 0;
  steps = 0;
  /** Every decision, with the facts that it was made from. */
  readonly decisions: { readonly facts: readonly ProcessFacts[]; readonly decision: RuleDecision }[] = [];
  /** The decisions of moments at which everything was carried out that followed from the ones before. */
  readonly atRest: RuleDecision[] = [];
  /** Keys in the order in which their runs were started, with whether the experiment was over. */
  readonly starts: { readonly key: string; readonly wasOver: boolean; readonly requested: boolean }[] = [];

  constructor(
    experiment: ResolvedExperiment,
    scripts: ReadonlyMap<string, ProcessScript>,
    requests: readonly Request[] = [],
  ) {
    this.experiment = experiment;
    this.#scripts = scripts;
    this.#processes = new Map(experiment.processes.map((resolved) => [processKey(resolved), resolved]));
    this.#requests = requests.toSorted((a, b) => a.at - b.at);
    for (const key of this.#processes.keys()) this.runtimes.set(key, notStarted);
  }

  get isSettled(): boolean {
    return [...this.runtimes.values()].every(({ state }) => isFinal(state)) && this.#requests.length === 0;
  }

  /**
   * Runs until nothing is left to happen, or the time is over.
   * @param kills the numbers of the steps before which the supervisor is killed
   */
  run(kills: ReadonlySet<number> = new Set(), limitSeconds = 400): void {
    let supervisor = this.#supervise();
    while (this.now <= limitSeconds * 1000) {
      if (kills.has(this.steps)) supervisor = this.#supervise();
      this.steps += 1;
      if (this.steps > 20_000) throw new Error('the supervisor never comes to rest');
      if (!supervisor.next().done) continue;
      this.atRest.push(this.decide());
      const next = this.#nextEvent();
      if (next === undefined) return;
      this.now = next;
      supervisor = this.#supervise();
    }
  }

  facts(): ProcessFacts[] {
    return [...this.runtimes].map(([key, runtime]) =>
      toFacts(key, runtime, { willStart: false, wantedEnd: runtime.wanted }),
    );
  }

  decide(): RuleDecision {
    const facts = this.facts();
    const decision = decideByRules(this.experiment, { launchedAt: 0, processes: facts, end: this.end }, this.now);
    this.decisions.push({ facts, decision });
    return decision;
  }

  /** What a supervisor does at one moment, step by step. */
  *#supervise(): Generator<void> {
    for (const [key, runtime] of this.runtimes) {
      // A run that an earlier supervisor recorded and did not start is started anew.
      if (isAlive(runtime.state) && !this.#alive.has(key) && this.#started.get(key) !== runtime.run)
        this.#set(key, endRun(runtime, { time: this.now }, { state: 'backoff', until: this.#time(this.now) }));
      if (runtime.wanted !== undefined) yield* this.#stop(key, runtime.wanted);
    }
    for (let busy = true; busy; ) {
      busy = false;
      for (const key of this.runtimes.keys()) if (this.#observe(key)) busy = true;
      yield;
      while ((this.#requests[0]?.at ?? Number.POSITIVE_INFINITY) * 1000 <= this.now) {
        yield* this.#answer(this.#requests[0] as Request);
        busy = true;
      }
      const { end, start, wait, skip, stop } = this.decide();
      if (end !== this.end) busy = true;
      this.end = end;
      yield;
      for (const { key, reason } of wait) this.#set(key, { ...this.#get(key), reason });
      for (const { key, reason } of skip) {
        this.#set(key, { ...this.#get(key), state: 'stopped', reason });
        yield;
      }
      for (const key of start) yield* this.#start(key, false);
      for (const { key, reason, countsAs } of stop) yield* this.#stop(key, wantedEnd(reason, countsAs));
      if (start.length + skip.length + stop.length > 0) busy = true;
      for (const [key, { state, until }] of this.runtimes) {
        const isHeld = this.end !== undefined && !this.end.spared?.includes(key);
        if (state !== 'backoff' || isHeld || Date.parse(until ?? '') > this.now) continue;
        yield* this.#start(key, this.end?.spared?.includes(key) ?? false);
        busy = true;
      }
    }
  }

  *#start(key: string, requested: boolean): Generator<void> {
    this.#set(key, beginRun(this.#get(key), this.now, 0));
    yield;
    const { run } = this.#get(key);
    const script = this.#scripts.get(key) as ProcessScript;
    const count = this.starts.filter((start) => start.key === key).length;
    const { readyAfter, endsAfter, exitCode } = (script.runs[count] ?? script.runs.at(-1)) as RunScript;
    this.starts.push({ key, wasOver: this.end !== undefined, requested });
    this.#started.set(key, run);
    const readyAt = this.now + readyAfter * 1000;
    this.#alive.set(key, { run, readyAt, endsAt: this.now + endsAfter * 1000, exitCode });
    yield;
    this.#set(key, noteReached(this.#get(key), 'started'));
  }

  *#stop(key: string, wanted: WantedEnd): Generator<void> {
    this.#set(key, { ...this.#get(key), wanted });
    yield;
    const real = this.#alive.get(key);
    const { stopSeconds } = this.#scripts.get(key) as ProcessScript;
    if (real !== undefined && isAlive(this.#get(key).state)) {
      if (real.endsAt > this.now + stopSeconds * 1000) {
        real.endsAt = this.now + stopSeconds * 1000;
        real.exitCode = 143;
      }
      return;
    }
    const { wanted: _, until, ...runtime } = this.#get(key);
    if (isFinal(runtime.state)) this.#set(key, runtime);
    else if (wanted.startsAgain) yield* this.#start(key, true);
    else this.#set(key, { ...runtime, state: 'stopped', reason: wanted.reason });
  }

  *#answer(request: Request): Generator<void> {
    const { key, type } = request;
    if (type === 'restart') {
      this.end = spareProcesses(this.end, [key]);
      yield;
      this.#requests.shift();
      if (!isFinal(this.#get(key).state)) yield* this.#stop(key, { reason: 'restarting', startsAgain: true });
      else yield* this.#start(key, true);
    } else {
      this.#requests.shift();
      if (!isFinal(this.#get(key).state)) yield* this.#stop(key, wantedEnd('stopped on request', 'stopped'));
    }
  }

  /** Notes what has become of a run. Returns whether anything has. */
  #observe(key: string): boolean {
    const real = this.#alive.get(key);
    const before = this.#get(key);
    if (real === undefined || real.run !== before.run) return false;
    const runtime = noteReached(before, 'started');
    this.#set(key, runtime);
    const isReady = real.readyAt <= this.now && real.readyAt <= real.endsAt;
    if (isReady && runtime.state === 'starting')
      this.#set(key, noteReached({ ...runtime, state: 'running', ready: true }, 'ready'));
    if (real.endsAt > this.now) return this.#get(key) !== before;
    this.#alive.delete(key);
    const { wanted, ...ended } = this.#get(key);
    const ending = { exitCode: real.exitCode, time: real.endsAt };
    this.#set(key, nextRuntime(this.#processes.get(key) as ResolvedProcess, ended, ending, wanted, this.now));
    return true;
  }

  #nextEvent(): number | undefined {
    const { nextCheck } = this.decide();
    const times = [
      ...[...this.#alive.values()].flatMap(({ readyAt, endsAt }) => [readyAt, endsAt]),
      ...[...this.runtimes.values()].map(({ until }) => Date.parse(until ?? '')),
      ...this.#requests.map(({ at }) => at * 1000),
      nextCheck ?? Number.NaN,
    ].filter((time) => time > this.now && time < Number.POSITIVE_INFINITY);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  #get(key: string): ProcessRuntime {
    return this.runtimes.get(key) as ProcessRuntime;
  }

  #set(key: string, runtime: ProcessRuntime): void {
    this.runtimes.set(key, runtime);
  }

  #time(milliseconds: number): string {
    return new Date(milliseconds).toISOString();
  }
}

function wantedEnd(reason: string, countsAs: EndVerdict): WantedEnd {
  return { reason, startsAgain: false, ...(countsAs === 'failed' ? { countsAs } : {}) };
}
