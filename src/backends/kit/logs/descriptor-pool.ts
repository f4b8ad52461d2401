import { closeSync, openSync } from 'node:fs';
import { messageOf, SymphonyError } from '../../../engine/contract/errors.ts';

/** Files kept open at once. A process may be limited to few descriptors, and needs some for other purposes. */
const maxOpenFiles = 16;

/** Keeps the most recently read files open, so that any number of logs can be read with few file descriptors. */
export class DescriptorPool {
  /** Descriptors by path, least recently used first. */
  readonly #open = new Map<string, number>();

  /**
   * Returns a descriptor for reading this file, valid until the next call; undefined if there is no such file.
   * @throws SymphonyError `failed` if the file exists and cannot be opened
   */
  get(path: string): number | undefined {
    const known = this.#open.get(path);
    if (known !== undefined) {
      this.#open.delete(path);
      this.#open.set(path, known);
      return known;
    }
    while (this.#open.size >= maxOpenFiles) this.#closeOldest();
    const descriptor = this.#openFile(path);
    if (descriptor !== undefined) this.#open.set(path, descriptor);
    return descriptor;
  }

  /** The descriptor of this file if it is open. */
  peek(path: string): number | undefined {
    return this.#open.get(path);
  }

  /** Closes this file if it is open. */
  release(path: string): void {
    const descriptor = this.#open.get(path);
    if (descriptor === undefined) return;
    this.#open.delete(path);
    closeSync(descriptor);
  }

  close(): void {
    while (this.#open.size > 0) this.#closeOldest();
  }

  #openFile(path: string): number | undefined {
    for (;;) {
      try {
        return openSync(path, 'r');
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
        if (isExhausted(error) && this.#open.size > 0) {
          this.#closeOldest();
          continue;
        }
        throw cannotRead(path, error);
      }
    }
  }

  #closeOldest(): void {
    const [oldest] = this.#open;
    if (oldest === undefined) return;
    this.#open.delete(oldest[0]);
    closeSync(oldest[1]);
  }
}

/** The error for a log that exists and cannot be read. */
export function cannotRead(path: string, error: unknown): SymphonyError {
  const reason = messageOf(error);
  return new SymphonyError('failed', `The log ${path} cannot be read: ${reason}.`, {
    cause: error,
    hint: isExhausted(error) ? 'The limit of open files is too low: see ulimit -n.' : undefined,
  });
}

/** Whether the limit of open files is reached, for this process or this machine. */
export function isExhausted(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EMFILE' || code === 'ENFILE';
}
