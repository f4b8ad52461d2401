import type { Streams } from '../../../engine/contract/capabilities.ts';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import type { TerminalProxy } from './terminal-proxy.ts';
import { refreshSize } from './terminal-size.ts';

/** The key that detaches, in words. */
export const detachHint = 'ctrl-]';
const detachByte = 0x1d;

/** A connection to the terminal of a process. The receiver of its output writes to the user's terminal. */
export interface TerminalSession<Result> {
  /** Settles when the process ends, the connection breaks or it was closed. */
  readonly result: Promise<Result>;
  /** Sends keys. */
  write(keys: Uint8Array): unknown;
  resize(columns: number, rows: number): void;
  /** Closes the connection, without effect on the process. */
  close(): void;
}

export interface HandoverOptions {
  /** Makes the detach key end the session; the loss of the user's terminal then counts as a detach. */
  readonly isDetachable?: boolean;
  /** Makes a running program redraw its screen, by changing the size. */
  readonly redraws?: boolean;
  /** Shows the output; resets at the end what the program changed in the user's terminal. */
  readonly screen?: TerminalProxy;
  /** Detaches when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connects the user's terminal to a session until the session ends or the user detaches: raw keys in one direction, the
 * screen size at the start and at each change. Afterwards the terminal is as it was, and its input can be read by others.
 * @returns how the session ended, or that the user detached
 * @throws the error of the session, unless the user detached; SymphonyError `interrupted` if the user's terminal was
 *   lost, unless that counts as a detach
 */
export function handTerminalOver<Result>(
  session: TerminalSession<Result>,
  streams: Streams,
  options?: HandoverOptions & { readonly isDetachable?: false; readonly signal?: undefined },
): Promise<{ readonly isDetached: false; readonly result: Result }>;
export function handTerminalOver<Result>(
  session: TerminalSession<Result>,
  streams: Streams,
  options: HandoverOptions,
): Promise<{ readonly isDetached: true } | { readonly isDetached: false; readonly result: Result }>;
export async function handTerminalOver<Result>(
  session: TerminalSession<Result>,
  streams: Streams,
  { isDetachable = false, redraws = false, screen, signal }: HandoverOptions = {},
): Promise<{ readonly isDetached: true } | { readonly isDetached: false; readonly result: Result }> {
  const stdin = streams.stdin as NodeJS.ReadStream;
  const stdout = streams.stdout as NodeJS.WriteStream;
  let isDetached = false;
  let isTerminalLost = false;
  const detach = () => {
    isDetached = true;
    session.close();
  };
  const onTerminalLost = () => {
    isTerminalLost = true;
    isDetached = isDetachable;
    session.close();
  };
  const sendSize = () => {
    if (stdout.isTTY) session.resize(stdout.columns, stdout.rows);
  };
  // An earlier reader may have set an encoding on the stream, which cannot be undone.
  const onInput = (data: Buffer | string) => {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
    const end = isDetachable ? bytes.indexOf(detachByte) : -1;
    const keys = end < 0 ? bytes : bytes.subarray(0, end);
    // The program must know the screen size at which these keys were typed.
    refreshSize(stdout);
    if (keys.length > 0) void session.write(keys);
    if (end >= 0) detach();
  };
  const wasRaw = stdin.isRaw;
  // Changing the mode of a closed stdin also emits an error.
  stdin.on('error', onTerminalLost);
  stdout.on('error', onTerminalLost).on('close', onTerminalLost).on('resize', sendSize);
  signal?.addEventListener('abort', detach, { once: true });
  try {
    if (stdin.isTTY) stdin.setRawMode(true);
    stdin.on('data', onInput).resume();
    if (signal?.aborted) detach();
    else {
      if (redraws && stdout.isTTY) session.resize(stdout.columns + 1, stdout.rows + 1);
      sendSize();
    }
    const result = await session.result;
    return isDetached ? { isDetached } : { isDetached, result };
  } catch (error) {
    if (isDetached) return { isDetached };
    throw isTerminalLost ? new SymphonyError('interrupted', 'The terminal was closed.', { cause: error }) : error;
  } finally {
    signal?.removeEventListener('abort', detach);
    stdin.off('data', onInput).pause();
    screen?.restore();
    if (stdin.isTTY) stdin.setRawMode(wasRaw);
    stdout.off('resize', sendSize).off('close', onTerminalLost).off('error', onTerminalLost);
    stdin.off('error', onTerminalLost);
  }
}
