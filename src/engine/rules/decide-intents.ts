import { SymphonyError } from '../contract/errors.ts';
import { parseProcessKey } from '../contract/process-key.ts';
import { formatProcess } from '../contract/status.ts';
import {
  type Deletion,
  type IntentAction,
  type IntentEvent,
  type Intents,
  idle,
  type Lane,
  type Ticket,
} from './intents.ts';

/**
 * Computes the intents after an event, and the actions to take now. Never starts a process that a deletion waits for.
 */
export function decide(intents: Intents, event: IntentEvent): { intents: Intents; actions: readonly IntentAction[] } {
  const draft = new Draft(intents);
  switch (event.type) {
    case 'start':
      for (const key of event.keys) draft.start(key, event.ticket);
      break;
    case 'restart':
      for (const key of event.keys) draft.restart(key, event.ticket);
      break;
    case 'restart-by-policy':
      for (const key of event.keys) draft.restartByPolicy(key, event.ticket);
      break;
    case 'stop':
      for (const key of event.keys) {
        if (event.countsAs === 'failed') draft.fail(key, event.reason, event.ticket);
        else draft.stop(key, event.reason, event.ticket);
      }
      break;
    case 'delete':
      draft.delete(event.ticket);
      break;
    case 'ended':
      for (const key of event.keys) draft.ended(key, event.leftovers.get(key));
      break;
    case 'started':
      for (const key of event.keys) draft.started(key, event.errors.get(key));
      break;
    case 'removed':
      draft.removed(event.leftovers);
      break;
  }
  return draft.finish();
}

/** Mutable intents while one event is applied. */
class Draft {
  readonly lanes: Map<string, Lane>;
  readonly #experiment: string;
  #deletion: Deletion | undefined;
  readonly #toEnd: string[] = [];
  readonly #toStart: string[] = [];
  readonly #actions: IntentAction[] = [];

  constructor({ experiment, lanes, deletion }: Intents) {
    this.#experiment = experiment;
    this.lanes = new Map(lanes);
    this.#deletion = deletion;
  }

  finish(): { intents: Intents; actions: readonly IntentAction[] } {
    if (this.#deletion?.phase === 'ending' && [...this.lanes.values()].every(({ phase }) => phase === 'idle')) {
      if (this.#deletion.leftovers.length > 0) this.#failDeletion(this.#deletion);
      else {
        this.#deletion = { ...this.#deletion, phase: 'removing' };
        this.#actions.push({ type: 'remove' });
      }
    }
    const actions: IntentAction[] = [];
    if (this.#toEnd.length > 0) actions.push({ type: 'end', keys: this.#toEnd });
    if (this.#toStart.length > 0) actions.push({ type: 'start', keys: this.#toStart });
    actions.push(...this.#actions);
    const intents = {
      experiment: this.#experiment,
      lanes: this.lanes,
      ...(this.#deletion === undefined ? {} : { deletion: this.#deletion }),
    };
    return { intents, actions };
  }

  start(key: string, ticket: Ticket): void {
    if (this.#refuses(key, ticket)) return;
    if (this.#lane(key).phase !== 'idle') {
      this.#answer(key, [ticket]);
      return;
    }
    this.#set(key, { phase: 'starting', starting: [ticket] });
    this.#toStart.push(key);
  }

  restart(key: string, ticket: Ticket): void {
    if (this.#refuses(key, ticket)) return;
    const { end, start, ...lane } = this.#lane(key);
    this.#setEnding(key, {
      ...lane,
      end: { reason: 'restarting', countsAs: 'stopped', tickets: end?.tickets ?? [] },
      start: { tickets: [...(start?.tickets ?? []), ticket] },
    });
  }

  restartByPolicy(key: string, ticket: Ticket): void {
    const lane = this.#lane(key);
    // A run that was ended as failed may leave its backoff before the last of what it started has ended.
    if (this.#deletion === undefined && lane.end?.countsAs === 'failed')
      this.#set(key, { ...lane, start: { tickets: [...(lane.start?.tickets ?? []), ticket] } });
    else if (this.#deletion !== undefined || lane.end !== undefined) this.#answer(key, [ticket]);
    else {
      const end = { reason: undefined, countsAs: 'stopped', tickets: [] } as const;
      this.#setEnding(key, { ...lane, end, start: { tickets: [ticket] } });
    }
  }

  fail(key: string, reason: string, ticket: Ticket): void {
    const lane = this.#lane(key);
    if (this.#deletion !== undefined || lane.end !== undefined) this.#answer(key, [ticket]);
    else this.#setEnding(key, { ...lane, end: { reason, countsAs: 'failed', tickets: [ticket] } });
  }

  stop(key: string, reason: string, ticket: Ticket): void {
    if (this.#refuses(key, ticket)) return;
    const { end, start, ...lane } = this.#lane(key);
    this.#answer(key, start?.tickets ?? [], this.#cancelled(key, reason));
    this.#setEnding(key, { ...lane, end: { reason, countsAs: 'stopped', tickets: [...(end?.tickets ?? []), ticket] } });
  }

  delete(ticket: Ticket): void {
    if (this.#deletion?.phase === 'done') {
      this.#actions.push({ type: 'answer-deletion', ticket, leftovers: [] });
      return;
    }
    if (this.#deletion !== undefined) {
      this.#deletion = { ...this.#deletion, tickets: [...this.#deletion.tickets, ticket] };
      return;
    }
    this.#deletion = { phase: 'ending', tickets: [ticket], leftovers: [] };
    for (const [key, { phase, starting, end, start }] of [...this.lanes]) {
      const error = this.#cancelled(key, `experiment ${this.#experiment} is being deleted`);
      this.#answer(key, [...starting, ...(start?.tickets ?? [])], error);
      const ending = { reason: 'deleted', countsAs: 'stopped', tickets: end?.tickets ?? [] } as const;
      this.#setEnding(key, { phase, starting: [], end: ending });
    }
  }

  ended(key: string, leftover: string | undefined): void {
    const { end, start } = this.#lane(key);
    if (leftover !== undefined) {
      const error = new SymphonyError('failed', `Could not be ended: ${leftover}.`);
      this.#answer(key, [...(end?.tickets ?? []), ...(start?.tickets ?? [])], error);
      if (this.#deletion !== undefined)
        // One obstacle may keep several processes.
        this.#deletion = { ...this.#deletion, leftovers: [...new Set([...this.#deletion.leftovers, leftover])] };
      this.#set(key, idle);
      return;
    }
    this.#answer(key, end?.tickets ?? []);
    if (start === undefined) {
      this.#set(key, idle);
      return;
    }
    this.#set(key, { phase: 'starting', starting: start.tickets });
    this.#toStart.push(key);
  }

  started(key: string, error: Error | undefined): void {
    const { starting, end, start } = this.#lane(key);
    this.#answer(key, starting, error);
    if (end === undefined) this.#set(key, idle);
    else {
      this.#set(key, { phase: 'ending', starting: [], end, ...(start === undefined ? {} : { start }) });
      this.#toEnd.push(key);
    }
  }

  removed(leftovers: readonly string[]): void {
    if (this.#deletion === undefined) return;
    if (leftovers.length > 0) {
      this.#failDeletion({ ...this.#deletion, leftovers });
      return;
    }
    for (const ticket of this.#deletion.tickets) this.#actions.push({ type: 'answer-deletion', ticket, leftovers });
    this.#deletion = { phase: 'done', tickets: [], leftovers: [] };
  }

  #failDeletion({ tickets, leftovers }: Deletion): void {
    for (const ticket of tickets) this.#actions.push({ type: 'answer-deletion', ticket, leftovers });
    this.#deletion = undefined;
  }

  /** Begins an end at once, unless another step must finish first. */
  #setEnding(key: string, lane: Lane): void {
    if (lane.phase === 'idle') this.#toEnd.push(key);
    this.#set(key, lane.phase === 'idle' ? { ...lane, phase: 'ending' } : lane);
  }

  #refuses(key: string, ticket: Ticket): boolean {
    if (this.#deletion === undefined) return false;
    const isGone = this.#deletion.phase === 'done';
    const what = `Experiment ${this.#experiment} ${isGone ? 'was deleted' : 'is being deleted'}.`;
    this.#answer(key, [ticket], new SymphonyError(isGone ? 'not-found' : 'conflict', what));
    return true;
  }

  #cancelled(key: string, why: string): SymphonyError {
    const name = formatProcess(parseProcessKey(key));
    return new SymphonyError('conflict', `The start of ${name} was cancelled: ${why}.`);
  }

  #answer(key: string, tickets: readonly Ticket[], error?: Error): void {
    for (const ticket of tickets)
      this.#actions.push({ type: 'answer', ticket, key, ...(error === undefined ? {} : { error }) });
  }

  #lane(key: string): Lane {
    return this.lanes.get(key) ?? idle;
  }

  #set(key: string, lane: Lane): void {
    this.lanes.set(key, lane);
  }
}
