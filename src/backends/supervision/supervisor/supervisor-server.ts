import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { SymphonyError, toSymphonyError } from '../../../engine/contract/errors.ts';
import { buildTime } from '../../../engine/version.ts';
import { JsonLineSplitter } from '../../kit/logs/json-line-splitter.ts';
import { type Method, type Methods, protocolVersion, type Request, type Response } from '../connection/protocol.ts';
import type { Supervisor } from './supervisor.ts';

/** A client that does not read is disconnected once this much is buffered for it. */
const maxUnsentBytes = 64 * 1024 * 1024;

/** Serves clients over a Unix socket that only its owner can access. */
export class SupervisorServer {
  readonly #path: string;
  readonly #supervisor: Supervisor;
  readonly #onRetire: () => void;
  readonly #onDisconnect: () => void;
  readonly #server: Server;
  readonly #sockets = new Map<Socket, { requests: number; watches: number }>();

  /** `onRetire` is called when a newer supervisor takes over, `onDisconnect` when a client has disconnected. */
  constructor(
    path: string,
    supervisor: Supervisor,
    { onRetire, onDisconnect }: { readonly onRetire: () => void; readonly onDisconnect: () => void },
  ) {
    this.#path = path;
    this.#supervisor = supervisor;
    this.#onRetire = onRetire;
    this.#onDisconnect = onDisconnect;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** Whether a client waits for an answer, or has connected and sent no request yet. */
  get isBusy(): boolean {
    return [...this.#sockets.values()].some(({ requests, watches }) => requests > 0 || watches === 0);
  }

  get isAnswering(): boolean {
    return [...this.#sockets.values()].some(({ requests }) => requests > 0);
  }

  async listen(): Promise<void> {
    rmSync(this.#path, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#path, () => resolve());
    });
    chmodSync(this.#path, 0o600);
  }

  /** Whether the socket still exists where clients look for it. */
  isReachable(): boolean {
    try {
      return lstatSync(this.#path).isSocket();
    } catch {
      return false;
    }
  }

  close(): void {
    this.#server.close();
    rmSync(this.#path, { force: true });
    for (const socket of this.#sockets.keys()) socket.destroySoon();
  }

  #serve(socket: Socket): void {
    const load = { requests: 0, watches: 0 };
    this.#sockets.set(socket, load);
    const abort = new AbortController();
    const splitter = new JsonLineSplitter();
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      abort.abort();
      this.#onDisconnect();
    });
    socket.on('data', (bytes: Buffer) => {
      let requests: unknown[];
      try {
        requests = splitter.push(bytes);
      } catch {
        socket.destroy();
        return;
      }
      for (const request of requests) void this.#answer(request as Request, socket, load, abort.signal);
    });
  }

  async #answer(
    request: Request,
    socket: Socket,
    load: { requests: number; watches: number },
    signal: AbortSignal,
  ): Promise<void> {
    const send = (response: Response) => {
      if (socket.writableLength > maxUnsentBytes) socket.destroy();
      else if (!socket.destroyed) socket.write(`${JSON.stringify(response)}\n`);
    };
    const { id, method } = request;
    load.requests += 1;
    try {
      if (method === 'watch') {
        load.watches += 1;
        const { backend, name } = request.params as Methods['watch']['params'];
        this.#supervisor.watch(backend, name, (event) => send({ id, event }), signal);
        return;
      }
      send({ id, result: (await this.#call(method, request.params, signal)) ?? null });
    } catch (error) {
      send({ id, error: toSymphonyError(error).toWire() });
    } finally {
      load.requests -= 1;
    }
    if (method === 'retire') this.#onRetire();
  }

  async #call(method: Method, params: Request['params'], signal: AbortSignal): Promise<unknown> {
    const as = <Name extends Method>() => params as Methods[Name]['params'];
    switch (method) {
      case 'hello':
        return { protocol: protocolVersion, build: buildTime, pid: process.pid };
      case 'ping':
      case 'retire':
        return null;
      case 'launch':
        return this.#supervisor.accept(as<'launch'>(), signal);
      case 'delete': {
        const { backend, name, by, kill, history } = as<'delete'>();
        return this.#supervisor.delete(backend, name, { by, kill, limits: history });
      }
      case 'stop': {
        const { backend, name, processes, by } = as<'stop'>();
        return this.#supervisor.stop(backend, name, processes, by);
      }
      case 'restart': {
        const { backend, name, processes, by } = as<'restart'>();
        return this.#supervisor.restart(backend, name, processes, by);
      }
      case 'scale':
        return this.#supervisor.scale(as<'scale'>(), signal);
      case 'list':
        return this.#supervisor.list(as<'list'>().backend);
      case 'snapshot':
        return this.#supervisor.snapshot(as<'snapshot'>().backend, as<'snapshot'>().name);
      case 'runtime':
        return this.#supervisor.runtime(as<'runtime'>().backend, as<'runtime'>().name);
      default:
        throw new SymphonyError('failed', `The supervisor knows no method ${JSON.stringify(method)}.`);
    }
  }
}
