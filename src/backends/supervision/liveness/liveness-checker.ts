import type { ResolvedLiveness } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { FaultBarrier } from '../runs/fault-barrier.ts';
import { CheckWatch, type LivenessWatch, type RunToWatch, SilenceWatch } from './liveness-watches.ts';

/** Checks whether runs hang, as `alive` of their processes says. */
export class LivenessChecker {
  readonly #barrier: FaultBarrier;
  readonly #onHang: (key: string, run: number, reason: string) => void;
  readonly #watches = new Map<string, LivenessWatch>();

  /** @param onHang called with why a run hangs, in words; again if it is not ended and hangs on */
  constructor(barrier: FaultBarrier, onHang: (key: string, run: number, reason: string) => void) {
    this.#barrier = barrier;
    this.#onHang = onHang;
  }

  /** Watches a run of a process, and none of its earlier ones. */
  add(key: string, alive: ResolvedLiveness, run: RunToWatch): void {
    this.remove(key);
    const step = stepOf(key);
    const events = {
      onHang: (reason: string) => this.#onHang(key, run.run, reason),
      guard: (action: () => void) => {
        this.#barrier.run(step, action);
      },
    };
    const watch = this.#barrier.run(step, () =>
      alive.kind === 'silence' ? new SilenceWatch(alive.seconds, run, events) : new CheckWatch(alive, run, events),
    );
    if (watch !== undefined) this.#watches.set(key, watch);
  }

  remove(key: string): void {
    if (!this.#watches.has(key)) return;
    this.#watches.get(key)?.close();
    this.#watches.delete(key);
    this.#barrier.succeed(stepOf(key));
  }

  close(): void {
    for (const watch of this.#watches.values()) watch.close();
    this.#watches.clear();
  }
}

function stepOf(key: string): string {
  return `checking whether ${key} hangs`;
}
