import { findGpus } from './find-gpus.ts';
import type { GpuUse } from './gpu.ts';

export interface GpuMeterOptions {
  /** The PATH on which the tools are looked up. */
  readonly searchPath: string;
  /** How long a reading waits for the tool, in milliseconds; 500 by default. */
  readonly waitMilliseconds?: number;
  /** The time limit of the tool, in seconds; 5 by default. */
  readonly seconds?: number;
}

/** After a failure, the tool is left alone for so long: each call of one that hangs in the driver leaves a process. */
const pauseMilliseconds = 60_000;

/**
 * Measures what is used of the GPUs of this machine, one call of the vendor's tool a reading. A tool that hangs delays a
 * reading by a moment, and the later ones not at all.
 */
export class GpuMeter {
  readonly #options: GpuMeterOptions;
  readonly #closing = new AbortController();
  #latest: ReadonlyMap<string, GpuUse> = new Map();
  #running: Promise<void> | undefined;
  /** On the monotonic clock. */
  #pausedUntil = 0;

  constructor(options: GpuMeterOptions) {
    this.#options = options;
  }

  /** The newest figures by the id of the GPU; empty where no tool tells. Never rejects. */
  async read(): Promise<ReadonlyMap<string, GpuUse>> {
    if (this.#running === undefined && performance.now() >= this.#pausedUntil && !this.#closing.signal.aborted)
      this.#running = this.#measure();
    if (this.#running === undefined) return this.#latest;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#options.waitMilliseconds ?? 500);
    await Promise.race([this.#running, promise]);
    clearTimeout(timer);
    return this.#latest;
  }

  /** Ends a running tool. */
  close(): void {
    this.#closing.abort();
  }

  async #measure(): Promise<void> {
    const { searchPath, seconds = 5 } = this.#options;
    const { gpus, problem } = await findGpus({ searchPath, seconds, signal: this.#closing.signal, inOneCall: true });
    this.#latest = new Map(gpus.map(({ gpu, use }) => [gpu.id, use]));
    if (problem !== undefined) this.#pausedUntil = performance.now() + pauseMilliseconds;
    this.#running = undefined;
  }
}
