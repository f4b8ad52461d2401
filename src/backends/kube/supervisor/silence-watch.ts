import {
  judgeSilence,
  type ObservedTime,
  observedSilence,
  observeTime,
  silenceLookMilliseconds,
} from '../../../engine/rules/liveness.ts';
import { describeSilence } from '../../../engine/text/describe-hang.ts';
import type { ContainerName } from '../api/resource-path.ts';
import type { LastOutput } from '../logs/last-output.ts';

/** A run that must not be silent for too long. */
export interface WatchedRun {
  /** The id of its container. */
  readonly id: string;
  readonly container: ContainerName;
  /** Milliseconds since 1970: when it started, at the latest. */
  readonly startedAt: number;
  /** Seconds of silence at which it hangs. */
  readonly limit: number;
}

export interface SilenceLooks<Run> {
  /** Those that hang, with why, in words. */
  readonly hanging: readonly { readonly run: Run; readonly reason: string }[];
  /** Milliseconds until the next look is due though nothing changes; undefined if nothing is watched. */
  readonly nextLook: number | undefined;
}

/** What the watch needs of the world. */
export interface SilenceWorld {
  /** Milliseconds since 1970, and milliseconds of a clock that is never set. */
  readonly time: () => { readonly now: number; readonly clock: number };
  /**
   * Asks when a container wrote last. Never rejects.
   * @param seconds a line must be newer; absent for any
   */
  readonly ask: (container: ContainerName, seconds?: number) => Promise<LastOutput>;
  /** Called when another look may find something new. */
  readonly onAnswer: () => void;
}

/** What is known of a run. */
interface Known {
  /** Milliseconds since 1970: when it wrote last, or its start. */
  lastOutput: number;
  /** Whether a line of its log told that. */
  hasLine: boolean;
  isAsked: boolean;
  isSilent: boolean;
  /** Not asked again before, in milliseconds of a clock that is never set. */
  notBefore: number;
}

/** Logs are asked for at the same time at most. */
const maxRequests = 8;
const minPauseMilliseconds = 500;

/**
 * Tells which runs have written nothing for too long. A log is asked about only when its run could hang as far as is known:
 * one request for each time that its limit passes, whatever the run writes. Nothing is decided while it cannot be asked.
 */
export class SilenceWatch {
  readonly #world: SilenceWorld;
  readonly #known = new Map<string, Known>();
  readonly #waiting: (() => void)[] = [];
  #requests = 0;
  #observed: ObservedTime | undefined;

  constructor(world: SilenceWorld) {
    this.#world = world;
  }

  /** Looks at all runs that are watched now; what is known of others is forgotten. */
  look<Run extends WatchedRun>(runs: readonly Run[]): SilenceLooks<Run> {
    this.#forgetOthers(runs);
    if (runs.length === 0) return { hanging: [], nextLook: undefined };
    const { now, clock } = this.#world.time();
    this.#observed = observeTime(this.#observed, { now, clock });
    const hanging: { run: Run; reason: string }[] = [];
    let nextLook = silenceLookMilliseconds;
    for (const run of runs) {
      const known = this.#known.get(run.id) ?? newRun(run);
      this.#known.set(run.id, known);
      if (known.isSilent) hanging.push({ run, reason: describeSilence(run.limit) });
      if (known.isSilent || known.isAsked) continue;
      const verdict = this.#judge(run, known, this.#observed);
      const wait = 'nextLook' in verdict ? verdict.nextLook : known.notBefore - clock;
      if (wait > 0) nextLook = Math.min(nextLook, wait);
      else void this.#ask(run, known);
    }
    return { hanging, nextLook };
  }

  #judge({ limit }: WatchedRun, known: Known, observed: ObservedTime) {
    return judgeSilence(limit, { milliseconds: observedSilence(limit, observed, known.lastOutput) });
  }

  #forgetOthers(runs: readonly WatchedRun[]): void {
    const ids = new Set(runs.map(({ id }) => id));
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id);
    // Time that passes while nothing is watched is not missing in any run.
    if (runs.length === 0) this.#observed = undefined;
  }

  async #ask(run: WatchedRun, known: Known): Promise<void> {
    known.isAsked = true;
    await this.#turn();
    try {
      await this.#askInTurn(run, known);
    } finally {
      this.#requests -= 1;
      this.#waiting.shift()?.();
      known.isAsked = false;
      // The clocks of the node and the server may differ: without a pause a run would be asked about continually.
      const pause = Math.min(Math.max(run.limit * 250, minPauseMilliseconds), silenceLookMilliseconds);
      known.notBefore = this.#world.time().clock + pause;
      this.#world.onAnswer();
    }
  }

  async #askInTurn(run: WatchedRun, known: Known): Promise<void> {
    const found = await this.#world.ask(run.container);
    if (found.kind === 'unknown') return;
    if (found.kind === 'line') {
      known.lastOutput = Math.max(known.lastOutput, found.time);
      known.hasLine = true;
    } else if (known.hasLine) {
      // The node has begun a new file, after more lines than are known.
      known.lastOutput = this.#world.time().now;
      known.hasLine = false;
    }
    const observed = this.#observed;
    if (observed === undefined || 'nextLook' in this.#judge(run, known, observed)) return;
    // The clock of its node decides.
    const recent = await this.#world.ask(run.container, run.limit);
    known.isSilent = recent.kind === 'none';
  }

  async #turn(): Promise<void> {
    if (this.#requests >= maxRequests) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#requests += 1;
  }
}

function newRun({ startedAt }: WatchedRun): Known {
  return { lastOutput: startedAt, hasLine: false, isAsked: false, isSilent: false, notBefore: 0 };
}
