import type { WriteStream } from 'node:tty';

/**
 * Has a terminal's stream look at the terminal's size now, and emit `resize` if it has changed. Node looks when SIGWINCH
 * comes, which it handles after keys that were typed later. It has no public way to ask for it.
 */
export function refreshSize(stream: NodeJS.WritableStream): void {
  (stream as WriteStream & { _refreshSize?: () => void })._refreshSize?.();
}
