import { phraseOf } from '../../../engine/contract/errors.ts';
import { decide } from '../../../engine/rules/decide-intents.ts';
import {
  type IntentAction,
  type IntentEvent,
  type Intents,
  noIntents,
  type Ticket,
} from '../../../engine/rules/intents.ts';
import type { EndVerdict, WantedEnd } from '../../../engine/rules/process-runtime.ts';

/** Carries out the steps of intents. Two steps of one process never run at the same time. */
export interface IntentEffects {
  /** Ends everything that these processes run. Resolves with what could not be ended, in words, by key. */
  end(keys: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Starts the next run of each process. Resolves with why some could not be started, by key. */
  start(keys: readonly string[]): Promise<ReadonlyMap<string, Error>>;
  /**
   * Removes everything stored for the experiment once nothing of it runs. Resolves with what could not be removed, in
   * words.
   */
  remove(): Promise<readonly string[]>;
}

interface Call {
  readonly open: Set<string>;
  error: Error | undefined;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Serializes everything requested for the processes of one experiment, manually and by policy: a process is never
 * started while it is being ended, and a deletion is the last step.
 */
export class IntentQueue {
  readonly #effects: IntentEffects;
  readonly #calls = new Map<Ticket, Call>();
  readonly #deletions = new Map<Ticket, (leftovers: readonly string[]) => void>();
  #intents: Intents;
  #lastTicket: Ticket = 0;
  #isClosed = false;

  /** @param experiment its name, for messages */
  constructor(experiment: string, keys: readonly string[], effects: IntentEffects) {
    this.#effects = effects;
    this.#intents = noIntents(experiment, keys);
  }

  get isDeleting(): boolean {
    return this.#intents.deletion !== undefined;
  }

  /** Whether any step is running. */
  get isBusy(): boolean {
    return this.isDeleting || [...this.#intents.lanes.values()].some(({ phase }) => phase !== 'idle');
  }

  /** Whether a step of a process is running or planned. */
  isBusyWith(key: string): boolean {
    return this.isDeleting || this.#intents.lanes.get(key)?.phase !== 'idle';
  }

  /** Why the run of a process is being ended, and whether its next run follows; undefined if it is not being ended. */
  wantedEnd(key: string): WantedEnd | undefined {
    const lane = this.#intents.lanes.get(key);
    if (lane?.phase !== 'ending' || lane.end?.reason === undefined) return undefined;
    const { reason, countsAs } = lane.end;
    // The start that a restart policy has added does not change how the run counts.
    if (countsAs === 'failed') return { reason, startsAgain: false, countsAs };
    return { reason, startsAgain: lane.start !== undefined };
  }

  /** Whether a process is being started. */
  isStarting(key: string): boolean {
    return this.#intents.lanes.get(key)?.phase === 'starting';
  }

  /** Whether a start of a process is planned or running. */
  willStart(key: string): boolean {
    const lane = this.#intents.lanes.get(key);
    return lane?.start !== undefined || (lane?.phase === 'starting' && lane.end === undefined);
  }

  /**
   * Starts processes for the first time, unless another step is planned for them. Rejects with why a process could not be
   * started.
   */
  start(keys: readonly string[]): Promise<void> {
    return this.#call(keys, (ticket) => ({ type: 'start', keys, ticket }));
  }

  /**
   * Ends processes, then starts their next runs.
   * @throws SymphonyError `conflict` if a later stop or deletion cancelled the start
   */
  restart(keys: readonly string[]): Promise<void> {
    return this.#call(keys, (ticket) => ({ type: 'restart', keys, ticket }));
  }

  /** Starts the next run of processes that have ended, unless another step is planned for them. Never rejects. */
  async restartByPolicy(keys: readonly string[]): Promise<void> {
    // The state of the process says why a start failed or was cancelled.
    await this.#call(keys, (ticket) => ({ type: 'restart-by-policy', keys, ticket })).catch(() => undefined);
  }

  /**
   * Ends processes: for good, or the current runs of them as failed, unless another end is planned already.
   * @param reason in words, shown in their state
   * @throws SymphonyError `conflict` if the experiment is being deleted; an end that counts as failed then does nothing
   */
  stop(keys: readonly string[], reason: string, countsAs: EndVerdict = 'stopped'): Promise<void> {
    return this.#call(keys, (ticket) => ({ type: 'stop', keys, reason, countsAs, ticket }));
  }

  /**
   * Ends and removes everything; resolves with what could not be ended, in words. A second deletion waits for the
   * first.
   */
  delete(): Promise<readonly string[]> {
    this.#lastTicket += 1;
    const ticket = this.#lastTicket;
    return new Promise((resolve) => {
      this.#deletions.set(ticket, resolve);
      this.#dispatch({ type: 'delete', ticket });
    });
  }

  /** Prevents any further step from beginning. */
  close(): void {
    this.#isClosed = true;
  }

  #call(keys: readonly string[], event: (ticket: Ticket) => IntentEvent): Promise<void> {
    this.#lastTicket += 1;
    const ticket = this.#lastTicket;
    return new Promise((resolve, reject) => {
      this.#calls.set(ticket, { open: new Set(keys), error: undefined, resolve, reject });
      this.#dispatch(event(ticket));
      if (keys.length === 0) this.#answer(ticket, '', undefined);
    });
  }

  #dispatch(event: IntentEvent): void {
    const { intents, actions } = decide(this.#intents, event);
    this.#intents = intents;
    for (const action of actions) this.#act(action);
  }

  #act(action: IntentAction): void {
    switch (action.type) {
      case 'answer':
        this.#answer(action.ticket, action.key, action.error);
        break;
      case 'answer-deletion':
        this.#deletions.get(action.ticket)?.(action.leftovers);
        this.#deletions.delete(action.ticket);
        break;
      default:
        if (!this.#isClosed) void this.#perform(action);
    }
  }

  async #perform(action: Extract<IntentAction, { type: 'end' | 'start' | 'remove' }>): Promise<void> {
    switch (action.type) {
      case 'end': {
        const { keys } = action;
        const leftovers = await this.#effects.end(keys).catch((error: unknown) => forAll(keys, phraseOf(error)));
        this.#dispatch({ type: 'ended', keys, leftovers });
        break;
      }
      case 'start': {
        const { keys } = action;
        const errors = await this.#effects.start(keys).catch((error: unknown) => forAll(keys, toError(error)));
        this.#dispatch({ type: 'started', keys, errors });
        break;
      }
      case 'remove': {
        const leftovers = await this.#effects.remove().catch((error: unknown) => [phraseOf(error)]);
        this.#dispatch({ type: 'removed', leftovers });
      }
    }
  }

  /** A call settles once all its processes have been answered, with the first error. */
  #answer(ticket: Ticket, key: string, error: Error | undefined): void {
    const call = this.#calls.get(ticket);
    if (call === undefined) return;
    call.open.delete(key);
    call.error ??= error;
    if (call.open.size > 0) return;
    this.#calls.delete(ticket);
    if (call.error === undefined) call.resolve();
    else call.reject(call.error);
  }
}

function forAll<Value>(keys: readonly string[], value: Value): ReadonlyMap<string, Value> {
  return new Map(keys.map((key) => [key, value]));
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
