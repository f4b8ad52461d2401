import type { ClusterEvent } from '../../../engine/contract/events.ts';
import { processKey } from '../../../engine/contract/process-key.ts';
import type { ProcessStatus } from '../../../engine/contract/status.ts';
import type { RuleEvent } from '../../../engine/rules/rule-events.ts';
import { shortHash } from '../../../engine/text/short-hash.ts';
import { isStatus } from '../api/api-error.ts';
import type { KubeObject } from '../api/kube-object.ts';
import { newestRun, stateEvents } from '../events/state-events.ts';
import { type EventToWrite, eventObject } from '../events/write-event.ts';
import type { KubeLocation } from '../manifests/object-names.ts';

/** The newest events that are known to be recorded. */
const maxRecorded = 5_000;

/**
 * Records what a supervisor does as Kubernetes events. Each follows from the state of the cluster, and has a name that depends
 * on nothing else: it is there once, however often it is found, and by however many supervisors. Nothing depends on them.
 */
export class SupervisorEvents {
  readonly #create: (event: KubeObject) => Promise<unknown>;
  readonly #launchId: string;
  readonly #recorded = new Set<string>();

  /** @param create creates an object; it may reject */
  constructor(create: (event: KubeObject) => Promise<unknown>, launchId: string) {
    this.#create = create;
    this.#launchId = launchId;
  }

  /**
   * Records a rule that was applied. Never rejects.
   * @param cause distinguishes events that say the same, such as the id of the container
   */
  async applied(location: KubeLocation, event: RuleEvent, cause = ''): Promise<void> {
    const { process: reference, reason, message } = event;
    const place = reference === undefined ? '' : processKey(reference);
    const id = shortHash(JSON.stringify([this.#launchId, place, reason, message, cause]));
    await this.#record(location, { ...event, id });
  }

  /** Records that a process waits for its restart by its policy. Never rejects. */
  async waitsForRestart(location: KubeLocation, status: ProcessStatus, now: number): Promise<void> {
    const isBackoff = ({ state }: ClusterEvent) => state === 'backoff';
    const found = stateEvents(this.#launchId, status, newestRun(status), now).findLast(isBackoff);
    if (found !== undefined) await this.#record(location, found);
  }

  async #record(location: KubeLocation, event: EventToWrite & { readonly id: string }): Promise<void> {
    const { id } = event;
    if (this.#recorded.has(id)) return;
    this.#recorded.add(id);
    if (this.#recorded.size > maxRecorded) this.#recorded.delete(this.#recorded.keys().next().value as string);
    await this.#create(eventObject(location, event)).catch((error) => {
      // Recorded before, or not allowed. Otherwise the next look at the experiment tries it again.
      if (!isStatus(error, 409, 403)) this.#recorded.delete(id);
    });
  }
}
