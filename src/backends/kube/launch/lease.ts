import { SymphonyError } from '../../../engine/contract/errors.ts';
import { isStatus } from '../api/api-error.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { retryWhileUnavailable } from '../api/retry-while-unavailable.ts';
import { annotations, labels } from '../manifests/labels.ts';
import { type KubeLocation, recordName } from '../manifests/object-names.ts';

/** Seconds between two renewals of a lease. */
const renewalSeconds = 10;
/**
 * Seconds after the last renewal until a launch counts as abandoned: longer than the replacement of an API server
 * takes.
 */
export const leaseSeconds = 90;

/** When the lease of an unfinished launch expires, in milliseconds; undefined if no launch is under way. */
export function leaseEnd({ metadata }: Pick<KubeObject, 'metadata'>): number | undefined {
  const own = metadata.annotations ?? {};
  const renewed = own[annotations.launching];
  if (renewed === undefined || own[annotations.launched] !== undefined || own[annotations.deleting] !== undefined) {
    return undefined;
  }
  const time = Date.parse(renewed);
  return Number.isNaN(time) ? undefined : time + leaseSeconds * 1000;
}

/** The annotation that renews a lease. */
export function leaseAnnotations(now: number): Record<string, string> {
  return { [annotations.launching]: new Date(now).toISOString() };
}

/** Keeps the lease of a launch on its record, and detects that another client has removed the launch. */
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
      // A failed renewal is ignored: the creation of objects meets an unavailable server as well.
      this.#patch(leaseAnnotations(client.now)).catch(() => undefined);
    }, renewalSeconds * 1000);
  }

  /** Aborts when another client has removed the launch. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * Ends the lease after all objects have been created. @throws SymphonyError `conflict` if the launch was removed
   * meanwhile
   */
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
