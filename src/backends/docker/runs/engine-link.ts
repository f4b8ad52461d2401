import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../../engine/contract/errors.ts';
import type { EngineEndpoint } from '../api/connection/engine-endpoint.ts';
import { EngineClient } from '../api/engine-client.ts';
import type { EngineEvent, ListedContainer } from '../api/engine-objects.ts';
import { labels } from '../containers/labels.ts';

/** What one launch hears of its containers. */
export interface LaunchObserver {
  /** All containers of the launch. After each loss of the connection, and on request. */
  onList(containers: readonly ListedContainer[]): void;
  onEvent(event: EngineEvent): void;
  /** Called with why the engine does not answer, in words; undefined once it does again. */
  onUnreachable(reason: string | undefined): void;
}

const initialRetryMilliseconds = 200;
const maxRetryMilliseconds = 5_000;

/**
 * The supervisor's connection to one engine, for all experiments on it: one stream of events, while anything is observed,
 * and a list after each loss of it.
 */
export class EngineLink {
  readonly client: EngineClient;
  readonly #owner: string;
  readonly #observers = new Map<string, LaunchObserver>();
  #following: AbortController | undefined;
  #unreachable: string | undefined;
  #isListening = false;

  /** @param owner the value of the label of containers that this supervisor runs */
  constructor(endpoint: EngineEndpoint, owner: string) {
    this.client = new EngineClient(endpoint);
    this.#owner = owner;
  }

  /** Observes the containers of a launch, until the returned function is called. */
  observe(launchId: string, observer: LaunchObserver): () => void {
    this.#observers.set(launchId, observer);
    this.#begin();
    if (this.#isListening) void this.refresh(launchId);
    return () => {
      if (this.#observers.get(launchId) !== observer) return;
      this.#observers.delete(launchId);
      if (this.#observers.size > 0) return;
      this.#following?.abort();
      this.#following = undefined;
    };
  }

  /** Lists the containers of one launch for its observer. Never rejects: a loss of the connection is reported. */
  async refresh(launchId: string): Promise<void> {
    try {
      const containers = await this.client.listContainers({ [labels.launch]: launchId });
      this.#observers.get(launchId)?.onList(containers);
    } catch {
      // The stream of events notices it too.
    }
  }

  #begin(): void {
    if (this.#following !== undefined) return;
    const following = new AbortController();
    this.#following = following;
    void this.#follow(following.signal);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    let retry = initialRetryMilliseconds;
    while (!signal.aborted) {
      try {
        const events = await this.client.openEvents({ [labels.owner]: this.#owner }, signal);
        // What happened before the stream began is in the list.
        await this.#listAll(signal);
        this.#isListening = true;
        this.#report(undefined);
        retry = initialRetryMilliseconds;
        for await (const batch of events) for (const event of batch) this.#dispatch(event);
        if (!signal.aborted) this.#report('its connection was closed');
      } catch (error) {
        if (signal.aborted) return;
        this.#report(messageOf(error));
      } finally {
        this.#isListening = false;
      }
      await delay(retry, undefined, { signal }).catch(() => undefined);
      retry = Math.min(retry * 2, maxRetryMilliseconds);
    }
  }

  async #listAll(signal: AbortSignal): Promise<void> {
    const byLaunch = new Map<string, ListedContainer[]>();
    for (const container of await this.client.listContainers({ [labels.owner]: this.#owner }, signal)) {
      const launchId = container.Labels[labels.launch] ?? '';
      byLaunch.set(launchId, [...(byLaunch.get(launchId) ?? []), container]);
    }
    for (const [launchId, observer] of this.#observers) observer.onList(byLaunch.get(launchId) ?? []);
  }

  #dispatch(event: EngineEvent): void {
    this.#observers.get(event.Actor.Attributes[labels.launch] ?? '')?.onEvent(event);
  }

  /** Tells every observer whether the engine answers, when that changes. */
  #report(reason: string | undefined): void {
    if (this.#unreachable === reason) return;
    this.#unreachable = reason;
    for (const observer of this.#observers.values()) observer.onUnreachable(reason);
  }
}
