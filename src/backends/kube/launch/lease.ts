import { SymphonyError } from '../../../engine/errors.ts';
import { isStatus } from '../api/api-error.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { retryWhileUnavailable } from '../api/retry-while-unavailable.ts';
import { annotations, labels } from '../labels.ts';
import { type KubeLocation, recordName } from '../object-names.ts';

/** Seconds between two signs of life of a launch. */
const renewalSeconds = 10;
/** Seconds after the last one until it counts as broken off: longer than an API server is away when it is replaced. */
export const leaseSeconds = 90;

/** When an unfinished launch counts as broken off, in milliseconds; undefined if none is under way. */
export function leaseEnd({ metadata }: Pick<KubeObject, 'metadata'>): number | undefined {
  const own = metadata.annotations ?? {};
  const renewed = own[annotations.launching];
  if (renewed === undefined || own[annotations.launched] !== undefined || own[annotations.deleting] !== undefined) {
    return undefined;
  }
  const time = Date.parse(renewed);
  return Number.isNaN(time) ? undefined : time + leaseSeconds * 1000;
}

/** What a record says of the time at which its launch was last at work. */
export function leaseAnnotations(now: number): Record<string, string> {
  return { [annotations.launching]: new Date(now).toISOString() };
}

/** Tells everyone that a launch is under way, by its record, and hears from there that it was taken back. */
export class Lease {
  readonly #client: KubeClient;
  readonly #location: KubeLocation;
  readonly #launchId: string;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(client: KubeClient, location: KubeLocation, launchId: string) {
    this.#client = client;
    this.#location = location;
    this.#launchId = launchId;
    this.#timer = setInterval(() => {
      // A server that is away is met by what is created meanwhile.
      this.#patch(leaseAnnotations(client.now)).catch(() => undefined);
    }, renewalSeconds * 1000);
  }

  /** Aborts when another client took the launch back. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** All is created. @throws SymphonyError `conflict` if it was taken back meanwhile */
  async finish(): Promise<void> {
    clearInterval(this.#timer);
    const done = { [annotations.launching]: null, [annotations.launched]: new Date(this.#client.now).toISOString() };
    await retryWhileUnavailable(() => this.#patch(done));
    this.#lost.signal.throwIfAborted();
  }

  end(): void {
    clearInterval(this.#timer);
  }

  async #patch(changes: Readonly<Record<string, string | null>>): Promise<void> {
    const { namespace, experiment } = this.#location;
    const record = { kind: 'ConfigMap', name: recordName(this.#location), namespace } as const;
    try {
      const { metadata } = await this.#client.patch(record, { metadata: { annotations: changes } });
      const isOwn = metadata.labels?.[labels.launch] === this.#launchId;
      if (isOwn && metadata.annotations?.[annotations.deleting] === undefined) return;
    } catch (error) {
      if (!isStatus(error, 404, 403)) throw error;
    }
    this.#lost.abort(
      new SymphonyError('conflict', `Experiment ${experiment} was deleted while it was being launched.`),
    );
  }
}
