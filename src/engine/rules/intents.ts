import type { EndVerdict } from './process-runtime.ts';

/** Identifies a call that waits for its request to be done. */
export type Ticket = number;

/**
 * The steps planned for one process: at most the running start, the end after it (or running), and the start after that
 * end. Each new intent replaces the steps that it contradicts.
 */
export interface Lane {
  readonly phase: 'idle' | 'ending' | 'starting';
  /** Calls that wait for the running start. */
  readonly starting: readonly Ticket[];
  readonly end?: PlannedEnd;
  /** Present only together with `end`. */
  readonly start?: PlannedStart;
}

interface PlannedEnd {
  /** Why its run ends, in words; undefined if only leftovers of the previous run are ended. */
  readonly reason: string | undefined;
  readonly countsAs: EndVerdict;
  readonly tickets: readonly Ticket[];
}

interface PlannedStart {
  readonly tickets: readonly Ticket[];
}

export interface Deletion {
  /** `ending`: some lane is not idle yet. `removing`: nothing runs any more, and the stored files are being removed. */
  readonly phase: 'ending' | 'removing' | 'done';
  readonly tickets: readonly Ticket[];
  /** What could not be ended, in words. */
  readonly leftovers: readonly string[];
}

/** Everything requested for one experiment and not done yet. */
export interface Intents {
  readonly experiment: string;
  /** By process key. */
  readonly lanes: ReadonlyMap<string, Lane>;
  readonly deletion?: Deletion;
}

export type IntentEvent =
  /** Processes are started for the first time, unless another step is planned for them. */
  | { readonly type: 'start'; readonly keys: readonly string[]; readonly ticket: Ticket }
  | { readonly type: 'restart'; readonly keys: readonly string[]; readonly ticket: Ticket }
  /** A restart by policy, which never overrides an earlier request. */
  | { readonly type: 'restart-by-policy'; readonly keys: readonly string[]; readonly ticket: Ticket }
  /** An end that counts as failed is a policy's, and never overrides an earlier request. */
  | {
      readonly type: 'stop';
      readonly keys: readonly string[];
      readonly reason: string;
      readonly countsAs: EndVerdict;
      readonly ticket: Ticket;
    }
  | { readonly type: 'delete'; readonly ticket: Ticket }
  /** Processes were ended; with what could not be ended, in words, by key. */
  | {
      readonly type: 'ended';
      readonly keys: readonly string[];
      readonly leftovers: ReadonlyMap<string, string>;
    }
  /** Processes were started; with why some could not be started, by key. */
  | {
      readonly type: 'started';
      readonly keys: readonly string[];
      readonly errors: ReadonlyMap<string, Error>;
    }
  | { readonly type: 'removed'; readonly leftovers: readonly string[] };

export type IntentAction =
  | { readonly type: 'end'; readonly keys: readonly string[] }
  | { readonly type: 'start'; readonly keys: readonly string[] }
  | { readonly type: 'remove' }
  /** Reports the outcome of a call for one process. */
  | { readonly type: 'answer'; readonly ticket: Ticket; readonly key: string; readonly error?: Error }
  /** Reports the outcome of a deletion to a call. */
  | { readonly type: 'answer-deletion'; readonly ticket: Ticket; readonly leftovers: readonly string[] };

/** Nothing is planned. */
export const idle: Lane = { phase: 'idle', starting: [] };

export function noIntents(experiment: string, keys: readonly string[]): Intents {
  return { experiment, lanes: new Map(keys.map((key) => [key, idle])) };
}
