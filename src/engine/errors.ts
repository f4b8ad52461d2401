/**
 * What went wrong, as a word that programs can rely on. The exit code of a command follows from it (commands/exit-code.ts).
 */
export type ErrorCode =
  /** The command, an option or an argument is wrong. */
  | 'usage'
  /** A spec is wrong; the message names the place. */
  | 'invalid-spec'
  /** A question would have to be asked, and there is nobody to ask. */
  | 'cannot-ask'
  /** No experiment, process or service of that name. */
  | 'not-found'
  /** Several names fit and none fits exactly. */
  | 'ambiguous'
  /** It exists already, or it is in a state in which this cannot be done. */
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
  /** What the reader can do about it, in one sentence. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** The one error family of Symphony: everything thrown on purpose is one of these. */
export class SymphonyError extends Error {
  override readonly name = 'SymphonyError';
  readonly code: ErrorCode;
  readonly hint?: string;

  constructor(code: ErrorCode, message: string, options: SymphonyErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options.hint !== undefined) this.hint = options.hint;
  }

  /** The shape in which a failed command prints it with `-o json`, and in which it crosses a socket. */
  toJSON(): { code: ErrorCode; message: string; hint?: string } {
    return { code: this.code, message: this.message, ...(this.hint === undefined ? {} : { hint: this.hint }) };
  }
}

/** Gives any thrown value the shape of the family, so that whoever reports an error has one kind to deal with. */
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

/** Throws the `interrupted` (or `timeout`) error once the signal is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}

/** The error that an aborted signal stands for: its reason if that is one of ours, a timeout, or an interruption. */
export function abortError(signal: AbortSignal): SymphonyError {
  const reason: unknown = signal.reason;
  if (reason instanceof SymphonyError) return reason;
  if (reason instanceof Error && reason.name === 'TimeoutError') {
    return new SymphonyError('timeout', 'It took too long.', { cause: reason });
  }
  return new SymphonyError('interrupted', 'Interrupted.', { cause: reason });
}
