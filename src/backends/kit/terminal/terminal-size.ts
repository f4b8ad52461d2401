import type { WriteStream } from 'node:tty';

/**
 * Makes a terminal stream re-read the terminal's size and emit `resize` if it changed. Node does so on SIGWINCH, which
 * it may handle later than keys that were typed afterwards, and has no public method for it.
 */
export function refreshSize(stream: NodeJS.WritableStream): void {
  (stream as WriteStream & { _refreshSize?: () => void })._refreshSize?.();
}
