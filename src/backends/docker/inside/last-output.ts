import type { Duplex } from 'node:stream';
import type { EngineClient } from '../api/engine-client.ts';
import { lastLineTime } from '../logs/read-log.ts';

/** A log whose last line is older than this may miss what was written since without a line end. */
const recentMilliseconds = 1_000;

/**
 * Finds out when a container has last written something. Its log has whole lines only, so once that is silent, the output
 * itself is listened to, and no longer than that: a flood of lines would otherwise pass through here.
 */
export class LastOutput {
  readonly #client: EngineClient;
  readonly #id: string;
  readonly #signal: AbortSignal;
  #listening: { readonly stream: Duplex; readonly since: number } | undefined;
  #heardAt = 0;
  /** When it has last written a line, as far as is known. */
  #lineAt = 0;

  /** @param signal ends the listening */
  constructor(client: EngineClient, id: string, signal: AbortSignal) {
    this.#client = client;
    this.#id = id;
    this.#signal = signal;
  }

  /** In milliseconds since 1970, 0 if it has written nothing; undefined if that is unknown. */
  async read(): Promise<number | undefined> {
    try {
      const line = await lastLineTime(this.#client, this.#id, { since: this.#lineAt, signal: this.#signal });
      this.#lineAt = line;
      if (this.#listening !== undefined) {
        if (line > this.#listening.since) this.#stop();
        return Math.max(line, this.#heardAt);
      }
      if (Date.now() - line < recentMilliseconds) return line;
      await this.#listen();
      return undefined;
    } catch {
      return undefined;
    }
  }

  async #listen(): Promise<void> {
    const stream = await this.#client.attach(this.#id, { stdin: false, signal: this.#signal });
    this.#listening = { stream, since: Date.now() };
    const stop = () => this.#stop();
    this.#signal.addEventListener('abort', stop, { once: true });
    stream.on('data', () => {
      this.#heardAt = Date.now();
    });
    stream.on('error', () => undefined);
    stream.once('close', () => {
      this.#signal.removeEventListener('abort', stop);
      if (this.#listening?.stream === stream) this.#listening = undefined;
    });
    stream.once('end', () => stream.destroy());
    if (this.#signal.aborted) stop();
  }

  #stop(): void {
    this.#listening?.stream.destroy();
    this.#listening = undefined;
  }
}
