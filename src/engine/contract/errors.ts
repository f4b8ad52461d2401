import { type Advice, adviceFor } from '../text/advice.ts';
/**
 * The kind of an error, for programs. It determines the exit code of a command (commands/exit-code.ts).
 */
export type ErrorCode =
  /** The command, an option or an argument is wrong. */
  | 'usage'
  /** A spec is wrong; the message names the place. */
  | 'invalid-spec'
  /** The command would have to ask a question, and there is no terminal to ask on. */
  | 'cannot-ask'
  /** No experiment, process or service of that name. */
  | 'not-found'
  /** Several names fit and none fits exactly. */
  | 'ambiguous'
  /** It exists already, or its state does not allow the operation. */
  | 'conflict'
  /** This backend cannot do that at all. */
  | 'unsupported'
  /** The backend does not work here, or cannot be reached. */
  | 'backend-unavailable'
  | 'timeout'
  | 'interrupted'
  /** Everything else that failed. */
  | 'failed';

export interface SymphonyErrorOptions {
  /** How to solve the problem, in one sentence; as advice, in the words of who reads it. */
  readonly hint?: string | Advice | undefined;
  readonly cause?: unknown;
}

/** An error as data. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | Advice;
}

/** Every error that Symphony throws on purpose. */
export class SymphonyError extends Error {
  override readonly name = 'SymphonyError';
  readonly code: ErrorCode;
  /** How to solve the problem, in one sentence. */
  readonly hint?: string;
  /** The hint for each reader, where they differ. */
  readonly #advice: Advice | undefined;

  constructor(code: ErrorCode, message: string, options: SymphonyErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.#advice = typeof options.hint === 'object' ? options.hint : undefined;
    if (options.hint !== undefined) this.hint = adviceFor(options.hint);
  }

  /** The error as it crosses a socket to a program with other readers, which makes it with `fromWire`. @internal */
  toWire(): WireError {
    return { ...this.toJSON(), ...(this.#advice && { hint: this.#advice }) };
  }

  /** @internal */
  static fromWire({ code, message, hint }: WireError): SymphonyError {
    return new SymphonyError(code, message, { hint });
  }

  /** The form that a failed command prints with `-o json`. */
  toJSON(): { code: ErrorCode; message: string; hint?: string } {
    return { code: this.code, message: this.message, ...(this.hint === undefined ? {} : { hint: this.hint }) };
  }
}

/** Converts any thrown value to a SymphonyError, so that error reporting deals with one type. */
export function toSymphonyError(thrown: unknown): SymphonyError {
  if (thrown instanceof SymphonyError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return new SymphonyError('interrupted', 'Interrupted.', { cause: thrown });
  }
  if (thrown instanceof Error) return new SymphonyError('failed', thrown.message, { cause: thrown });
  return new SymphonyError('failed', messageOf(thrown));
}

/** The message of any thrown value. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The message of an error as a part of a sentence: without its final period. */
export function phraseOf(error: unknown): string {
  return messageOf(error).replace(/\.$/, '');
}

/** Throws an `interrupted` or `timeout` error if the signal is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}

/** The error for an aborted signal: its reason if that is a SymphonyError, else a timeout or an interruption. */
export function abortError(signal: AbortSignal): SymphonyError {
  const reason: unknown = signal.reason;
  if (reason instanceof SymphonyError) return reason;
  if (reason instanceof Error && reason.name === 'TimeoutError') {
    return new SymphonyError('timeout', 'It took too long.', { cause: reason });
  }
  return new SymphonyError('interrupted', 'Interrupted.', { cause: reason });
}
