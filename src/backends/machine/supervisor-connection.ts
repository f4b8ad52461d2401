import { connect, type Socket } from 'node:net';
import { SymphonyError } from '../../engine/errors.ts';
import type { WatchEvent } from '../../engine/watch.ts';
import { MessageSplitter, type Method, type Methods, type Response } from './protocol.ts';

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (error: SymphonyError) => void;
  readonly onEvent?: ((event: WatchEvent) => void) | undefined;
}

/** One connection to a supervisor. */
export class SupervisorConnection {
  readonly #socket: Socket;
  readonly #pending = new Map<number, Pending>();
  readonly #closed: Promise<void>;
  #nextId = 1;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const splitter = new MessageSplitter();
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      for (const response of splitter.push(text)) this.#receive(response as Response);
    });
    this.#closed = new Promise((resolve) => {
      socket.once('close', () => {
        for (const { reject } of this.#pending.values()) reject(connectionLost());
        this.#pending.clear();
        resolve();
      });
    });
    socket.on('error', () => socket.destroy());
  }

  /** Undefined if nobody listens there. */
  static open(path: string): Promise<SupervisorConnection | undefined> {
    return new Promise((resolve) => {
      const socket = connect(path);
      socket.once('error', () => resolve(undefined));
      socket.once('connect', () => {
        socket.removeAllListeners('error');
        resolve(new SupervisorConnection(socket));
      });
    });
  }

  /** Resolves when the connection has ended, whoever ended it. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /** @throws SymphonyError what the supervisor says, or `failed` if the connection is lost */
  call<Name extends Method>(
    method: Name,
    params: Methods[Name]['params'],
    onEvent?: (event: WatchEvent) => void,
  ): Promise<Methods[Name]['result']> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) {
        reject(connectionLost());
        return;
      }
      this.#pending.set(id, { resolve: resolve as Pending['resolve'], reject, onEvent });
      this.#socket.write(`${JSON.stringify({ id, method, params })}\n`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(response: Response): void {
    const pending = this.#pending.get(response.id);
    if (pending === undefined) return;
    if ('event' in response) {
      pending.onEvent?.(response.event);
      return;
    }
    this.#pending.delete(response.id);
    if ('result' in response) pending.resolve(response.result as never);
    else pending.reject(new SymphonyError(response.error.code, response.error.message, { hint: response.error.hint }));
  }
}

/** What a call ends with when its connection does; `isConnectionLost` recognises it. */
function connectionLost(): SymphonyError {
  return new SymphonyError('failed', lostMessage, { hint: 'Run the command again: what runs goes on meanwhile.' });
}

const lostMessage = 'The connection to the supervisor was lost.';

export function isConnectionLost(error: unknown): boolean {
  return error instanceof SymphonyError && error.message === lostMessage;
}
