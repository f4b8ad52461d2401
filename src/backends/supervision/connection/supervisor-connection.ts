import { connect, type Socket } from 'node:net';
import { abortError, SymphonyError } from '../../../engine/contract/errors.ts';
import type { WatchEvent } from '../../../engine/contract/watch.ts';
import { JsonLineSplitter } from '../../kit/logs/json-line-splitter.ts';
import { Heartbeat } from './heartbeat.ts';
import type { Method, Methods, Response } from './protocol.ts';
import { describeSilence, isStopped, supervisorPid, supervisorSilent } from './supervisor-silence.ts';

/** How long a client waits for a supervisor, and how it is informed. */
export interface ConnectOptions {
  /** Aborts the wait at once. */
  readonly signal?: AbortSignal | undefined;
  /** Called with a message once there has been no answer for a while. */
  readonly onWait?: ((message: string) => void) | undefined;
  /** Seconds without any answer after which calls fail; by default 15 if the supervisor is stopped, else 60. */
  readonly silenceSeconds?: number;
}

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (error: SymphonyError) => void;
  /** Present on a watch, which ends only with the connection. */
  readonly onEvent?: ((event: WatchEvent) => void) | undefined;
}

const stoppedSeconds = 15;
/** On an overloaded machine, a supervisor that starts a thousand programs may answer slowly. */
const busySeconds = 60;
/** A call without an answer for this long is reported to the user. */
const noticeSeconds = 2;
/** A watch without an answer for this long is reported as stale. */
const staleSeconds = 7.5;
const callIntervalSeconds = 1;
const watchIntervalSeconds = 2.5;

/**
 * One connection to a supervisor. A call may take as long as the supervisor works on it; it fails if the supervisor
 * does not respond at all.
 */
export class SupervisorConnection {
  readonly #socket: Socket;
  readonly #connectOptions: ConnectOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #closed: Promise<void>;
  readonly #heartbeat = new Heartbeat({
    sendPing: () => this.#ping(),
    interval: () => this.#interval(),
    onSilence: (seconds) => this.#onSilence(seconds),
  });
  #nextId = 1;
  #lastHeard = new Date();
  #isStale = false;
  #isOnlyForCalls = false;
  #isNoticeGiven = false;

  private constructor(socket: Socket, connectOptions: ConnectOptions) {
    this.#socket = socket;
    this.#connectOptions = connectOptions;
    const splitter = new JsonLineSplitter();
    socket.on('data', (bytes: Buffer) => {
      this.#heard();
      try {
        for (const response of splitter.push(bytes)) this.#receive(response as Response);
      } catch (error) {
        this.#end(new SymphonyError('failed', 'The answer of the supervisor cannot be read.', { cause: error }));
      }
    });
    const { signal } = connectOptions;
    const onAbort = () => this.#end(abortError(signal as AbortSignal));
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#closed = new Promise((resolve) => {
      socket.once('close', () => {
        signal?.removeEventListener('abort', onAbort);
        this.#end(connectionLost());
        resolve();
      });
    });
    socket.on('error', () => socket.destroy());
    if (signal?.aborted) onAbort();
  }

  /** Opens a connection; undefined if there is no supervisor. */
  static open(path: string, connectOptions: ConnectOptions = {}): Promise<SupervisorConnection | undefined> {
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      socket.once('error', (error: NodeJS.ErrnoException) => {
        // The queue of pending connections is full.
        if (error.code === 'EAGAIN') reject(supervisorSilent(supervisorPid()));
        else resolve(undefined);
      });
      socket.once('connect', () => {
        socket.removeAllListeners('error');
        resolve(new SupervisorConnection(socket, connectOptions));
      });
    });
  }

  /** Resolves when the connection has closed, on either side. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /**
   * @throws SymphonyError the error reported by the supervisor; `failed` if the connection is lost or the supervisor
   *   does not answer; `interrupted` once the signal is aborted
   */
  call<Name extends Exclude<Method, 'watch'>>(
    method: Name,
    params: Methods[Name]['params'],
  ): Promise<Methods[Name]['result']> {
    return this.#send(method, params);
  }

  /** Reports events, including `stale` and `fresh`, until the connection closes, when it rejects. */
  watch(params: Methods['watch']['params'], onEvent: (event: WatchEvent) => void): Promise<null> {
    return this.#send('watch', params, onEvent);
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Lets the program end although this connection is open, unless a call is under way. */
  keepOnlyForCalls(): void {
    this.#isOnlyForCalls = true;
    this.#updateHold();
  }

  #updateHold(): void {
    if (!this.#isOnlyForCalls) return;
    if (this.#pending.size === 0) this.#socket.unref();
    else this.#socket.ref();
  }

  #send<Name extends Method>(
    method: Name,
    params: Methods[Name]['params'],
    onEvent?: (event: WatchEvent) => void,
  ): Promise<Methods[Name]['result']> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) {
        const { signal } = this.#connectOptions;
        reject(signal?.aborted ? abortError(signal) : connectionLost());
        return;
      }
      this.#pending.set(id, { resolve: resolve as Pending['resolve'], reject, onEvent });
      this.#updateHold();
      this.#socket.write(`${JSON.stringify({ id, method, params })}\n`);
      this.#heartbeat.expect();
    });
  }

  #receive(response: Response): void {
    const pending = this.#pending.get(response.id);
    if (pending === undefined) return;
    if ('event' in response) {
      pending.onEvent?.(response.event);
      return;
    }
    this.#pending.delete(response.id);
    this.#updateHold();
    if ('result' in response) pending.resolve(response.result as never);
    else pending.reject(SymphonyError.fromWire(response.error));
  }

  /** Only the arrival of the answer matters, so its content is ignored. */
  #ping(): void {
    this.#socket.write(`${JSON.stringify({ id: 0, method: 'ping', params: {} })}\n`);
  }

  #interval(): number | undefined {
    if (this.#socket.destroyed || this.#pending.size === 0) return undefined;
    return this.#hasCalls() ? callIntervalSeconds : watchIntervalSeconds;
  }

  #hasCalls(): boolean {
    return [...this.#pending.values()].some(({ onEvent }) => onEvent === undefined);
  }

  #heard(): void {
    this.#heartbeat.heard();
    this.#lastHeard = new Date();
    this.#isNoticeGiven = false;
    if (!this.#isStale) return;
    this.#isStale = false;
    this.#notifyWatches({ type: 'fresh' });
  }

  #onSilence(seconds: number): void {
    const reason = () => describeSilence(supervisorPid(), seconds);
    const isStale = seconds >= staleSeconds;
    if (!this.#isNoticeGiven && (isStale || (seconds >= noticeSeconds && this.#hasCalls()))) {
      this.#isNoticeGiven = true;
      this.#connectOptions.onWait?.(`${reason()}. Waiting for it.`);
    }
    if (isStale && !this.#isStale) {
      this.#isStale = true;
      this.#notifyWatches({ type: 'stale', since: this.#lastHeard.toISOString(), reason: `${reason()}.` });
    }
    if (this.#hasCalls() && seconds >= this.#maxSilenceSeconds()) this.#end(supervisorSilent(supervisorPid(), seconds));
  }

  #maxSilenceSeconds(): number {
    return this.#connectOptions.silenceSeconds ?? (isStopped(supervisorPid()) ? stoppedSeconds : busySeconds);
  }

  #notifyWatches(event: WatchEvent): void {
    for (const { onEvent } of this.#pending.values()) onEvent?.(event);
  }

  #end(error: SymphonyError): void {
    this.#heartbeat.close();
    this.#socket.destroy();
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

/** The error of a call whose connection was lost; see `isConnectionLost`. */
function connectionLost(): SymphonyError {
  return new SymphonyError('failed', lostMessage, { hint: 'Try it again; processes keep running meanwhile.' });
}

const lostMessage = 'The connection to the supervisor was lost.';

export function isConnectionLost(error: unknown): boolean {
  return error instanceof SymphonyError && error.message === lostMessage;
}
