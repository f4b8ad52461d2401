import type { CommandSession } from './command-session.ts';
import { frame, maxFrameBytes } from './exec-script.ts';

/** More than the buffers between this client and a command that does not read. */
const maxKeptBytes = 16 * 1024 * 1024;

/**
 * The stdin of a command. It can be replayed from its beginning to a second session if the first could not start the
 * command.
 */
export class CommandInput {
  readonly #stdin: NodeJS.ReadableStream;
  #kept: Buffer[] = [];
  #size = 0;
  #ended = false;

  constructor(stdin: NodeJS.ReadableStream) {
    this.#stdin = stdin;
  }

  /** Whether the input can still be replayed completely. */
  get isWhole(): boolean {
    return this.#size <= maxKeptBytes;
  }

  /**
   * Sends the input to a session until it or the session ends; with `framed`, in the frames of `execScript`. Rejects if
   * the input cannot be read.
   */
  async pipeTo(session: CommandSession, { framed }: { readonly framed: boolean }): Promise<void> {
    const over = new AbortController();
    const onOver = () => over.abort();
    session.result.then(onOver, onOver);
    const write = async (chunk: Buffer) => {
      for (const part of framed ? frames(chunk) : [chunk]) await session.write(part);
    };
    for (const chunk of this.#kept) await write(chunk);
    if (!this.#ended && !over.signal.aborted) await this.#read(write, over.signal);
    if (this.#ended && !over.signal.aborted)
      await (framed ? session.write(frame(Buffer.alloc(0))) : session.endInput());
  }

  /** Reads by events, because a stdin that is not read to its end must stay usable for other readers. */
  #read(write: (chunk: Buffer) => Promise<void>, signal: AbortSignal): Promise<void> {
    const stdin = this.#stdin;
    return new Promise((resolve, reject) => {
      let writing = Promise.resolve();
      const onData = (data: Buffer | string) => {
        const chunk = Buffer.from(data as Buffer);
        this.#keep(chunk);
        stdin.pause();
        writing = write(chunk).then(() => {
          if (!signal.aborted) stdin.resume();
        });
      };
      // A paused stream can still end.
      const onEnd = () => {
        this.#ended = true;
        void writing.then(stop);
      };
      const onError = (error: Error) => {
        reject(error);
        stop();
      };
      const stop = () => {
        stdin.off('data', onData).off('end', onEnd).off('error', onError);
        signal.removeEventListener('abort', stop);
        stdin.pause();
        resolve();
      };
      signal.addEventListener('abort', stop, { once: true });
      stdin.on('data', onData).once('end', onEnd).once('error', onError);
      stdin.resume();
      if (!stdin.readable) onEnd();
    });
  }

  #keep(chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.isWhole) this.#kept.push(chunk);
    else this.#kept = [];
  }
}

function* frames(chunk: Buffer): Generator<Buffer> {
  for (let from = 0; from < chunk.length; from += maxFrameBytes)
    yield frame(chunk.subarray(from, from + maxFrameBytes));
}
