import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { messageOf } from '../../../engine/contract/errors.ts';
import type { EngineEndpoint } from '../api/connection/engine-endpoint.ts';
import { EngineClient } from '../api/engine-client.ts';
import type { EngineEvent, ListedContainer } from '../api/engine-objects.ts';
import { labels } from '../containers/labels.ts';
import type { EngineStart } from './engine-stop.ts';

/** What one launch hears of its containers. */
export interface LaunchObserver {
  /** All containers of the launch. After each loss of the connection, and on request. Never rejects. */
  onList(containers: readonly ListedContainer[]): Promise<void>;
  onEvent(event: EngineEvent): void;
  /** Called with why the engine does not answer, in words; undefined once it does again. */
  onUnreachable(reason: string | undefined): void;
}

const initialRetryMilliseconds = 200;
const maxRetryMilliseconds = 5_000;
/** An engine that hangs keeps its connections open, so that it is asked whether it answers. */
const askMilliseconds = 10_000;
const answerSeconds = 10;
/** An engine that is being stopped refuses new connections, or leaves them to the one that comes after it. */
const newAnswerSeconds = 3;

/**
 * The supervisor's connection to one engine, for all experiments on it: one stream of events, while anything is observed,
 * and a list after each loss of it.
 */
export class EngineLink {
  readonly client: EngineClient;
  readonly #owner: string;
  /** What the engine says of its start, asked once each time that it is heard again. */
  #start: Promise<EngineStart> | undefined;
  readonly #observers = new Map<string, LaunchObserver>();
  #following: AbortController | undefined;
  #unreachable: string | undefined;
  /** While events are heard: aborted with why that is given up. */
  #listening: AbortController | undefined;
  #stopping: Promise<boolean> | undefined;

  /** @param owner the value of the label of containers that this supervisor runs */
  constructor(endpoint: EngineEndpoint, owner: string) {
    this.client = new EngineClient(endpoint);
    this.#owner = owner;
  }

  /** Observes the containers of a launch, until the returned function is called. */
  observe(launchId: string, observer: LaunchObserver): () => void {
    this.#observers.set(launchId, observer);
    this.#begin();
    if (this.#listening !== undefined) void this.refresh(launchId);
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
      await this.#observers.get(launchId)?.onList(containers);
    } catch {
      // The stream of events notices it too.
    }
  }

  /**
   * Whether the engine is being stopped. It then ends its containers and still answers on the connections that it has, but
   * takes no new one. Nothing more is asked of it, and it still tells of the ends.
   */
  isStopping(): Promise<boolean> {
    this.#stopping ??= this.#askWhetherStopping().finally(() => {
      this.#stopping = undefined;
    });
    return this.#stopping;
  }

  /** Fails soon if the engine was not answering and still does not. @throws SymphonyError `backend-unavailable` */
  async requireAnswer(): Promise<void> {
    if (this.#unreachable !== undefined) await this.client.ping({ seconds: newAnswerSeconds, isAnew: true });
  }

  /** When the engine was started, and whether containers outlive it; never rejects. */
  engineStart(): Promise<EngineStart> {
    this.#start ??= this.#askStart();
    return this.#start;
  }

  async #askStart(): Promise<EngineStart> {
    try {
      const [startedAt, { LiveRestoreEnabled: livesOn = false }] = await Promise.all([
        this.client.startedAt(),
        this.client.info(),
      ]);
      return { startedAt, livesOn };
    } catch {
      return { startedAt: undefined, livesOn: false };
    }
  }

  async #askWhetherStopping(): Promise<boolean> {
    const listening = this.#listening;
    const isAnswered = await this.client.ping({ seconds: newAnswerSeconds, isAnew: true }).then(
      () => true,
      () => false,
    );
    // The next engine may have answered, after the end of the one that was heard.
    await nextTurn();
    if (isAnswered && this.#listening === listening) return false;
    if (listening === undefined) return !isAnswered;
    this.client.renewConnections();
    return true;
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
      const listening = new AbortController();
      const ending = new AbortController();
      const either = AbortSignal.any([signal, listening.signal]);
      try {
        const events = await this.client.openEvents({ [labels.owner]: this.#owner }, either);
        // What happened before the stream began is in the list.
        this.#listening = listening;
        this.#start = undefined;
        await this.#listAll(either);
        this.#report(undefined);
        retry = initialRetryMilliseconds;
        void this.#askRegularly(listening, ending.signal);
        for await (const batch of events) for (const event of batch) this.#dispatch(event);
        if (!either.aborted) this.#report('its connection was closed');
      } catch (error) {
        if (!either.aborted)
          this.#report(
            /^(aborted|read ECONNRESET)$/.test(messageOf(error)) ? 'its connection was closed' : messageOf(error),
          );
      } finally {
        this.#listening = undefined;
        ending.abort();
      }
      if (signal.aborted) return;
      if (listening.signal.aborted) this.#report(messageOf(listening.signal.reason));
      await delay(retry, undefined, { signal }).catch(() => undefined);
      retry = Math.min(retry * 2, maxRetryMilliseconds);
    }
  }

  /** Gives up listening to an engine that does not answer. Never rejects. */
  async #askRegularly(listening: AbortController, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await delay(askMilliseconds, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      await this.client.ping({ seconds: answerSeconds, isAnew: false }).catch((error: unknown) => {
        if (!signal.aborted) listening.abort(error);
      });
    }
  }

  async #listAll(signal: AbortSignal): Promise<void> {
    const byLaunch = new Map<string, ListedContainer[]>();
    for (const container of await this.client.listContainers({ [labels.owner]: this.#owner }, signal)) {
      const launchId = container.Labels[labels.launch] ?? '';
      byLaunch.set(launchId, [...(byLaunch.get(launchId) ?? []), container]);
    }
    const all = [...this.#observers].map(([launchId, observer]) => observer.onList(byLaunch.get(launchId) ?? []));
    await Promise.all(all);
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
