import { setImmediate } from 'node:timers/promises';
import type { RawData, WebSocket } from 'ws';
import type { CommandResult } from '../../../engine/contract/capabilities.ts';
import { abortError, SymphonyError } from '../../../engine/contract/errors.ts';
import type { CommandSession, SessionOptions } from '../../kit/exec/command-session.ts';
import { deliverer } from '../../kit/exec/deliverer.ts';
import { Heartbeat } from '../api/connection/heartbeat.ts';
import type { Query } from '../api/kube-api.ts';
import type { KubeClient } from '../api/kube-client.ts';
import type { ContainerName } from '../api/resource-path.ts';
import { objectPath } from '../api/resource-path.ts';
import { commandResult } from './command-status.ts';

const stdinChannel = 0;
const stdoutChannel = 1;
const stderrChannel = 2;
const statusChannel = 3;
const resizeChannel = 4;
/** The v5 channel that closes another channel. */
const closeChannel = 255;

const v4 = 'v4.channel.k8s.io';
const v5 = 'v5.channel.k8s.io';

/** Maximum message size in bytes. Servers refuse messages above 32 MiB and hold each message in memory. */
const maxMessageBytes = 512 * 1024;

/** Clients whose servers are known to support v5. */
const v5Clients = new WeakSet<KubeClient>();

/** One exec or attach session in a container, over a WebSocket with numbered channels. */
export class ChannelSession implements CommandSession {
  readonly #socket: WebSocket;
  readonly #heartbeat: Heartbeat;
  readonly #operation: string;
  readonly result: Promise<CommandResult>;

  /** Starts a command in a container. @throws SymphonyError if the API server refuses it */
  static open(
    client: KubeClient,
    container: ContainerName,
    command: readonly string[],
    options: SessionOptions,
  ): Promise<ChannelSession> {
    return ChannelSession.#open(client, container, 'exec', command, options);
  }

  /** Connects to the terminal of a container's own process. @throws SymphonyError if the API server refuses it */
  static attach(client: KubeClient, container: ContainerName, options: SessionOptions): Promise<ChannelSession> {
    return ChannelSession.#open(client, container, 'attach', undefined, options);
  }

  static async #open(
    client: KubeClient,
    { namespace, pod, container }: ContainerName,
    kind: 'exec' | 'attach',
    command: readonly string[] | undefined,
    options: SessionOptions,
  ): Promise<ChannelSession> {
    const query: Query = {
      container,
      command,
      stdin: options.stdin,
      stdout: true,
      stderr: !options.terminal,
      tty: options.terminal,
    };
    const path = `${objectPath('Pod', pod, namespace)}/${kind}`;
    const operation = `${kind} in pod ${pod} in namespace ${namespace}`;
    // Of the protocols, only v5 can signal the end of input; a server without it refuses.
    const protocols = options.endsInput ? [v5] : [v5, v4];
    try {
      const socket = await client.socket({ path, query, operation, signal: options.signal }, protocols);
      if (socket.protocol === v5) v5Clients.add(client);
      return new ChannelSession(client, socket, operation, options);
    } catch (error) {
      if (options.endsInput) v5Clients.delete(client);
      throw error;
    }
  }

  /** Whether the server is known to support the end of input, which the v4 protocol lacks. */
  static canEndInput(client: KubeClient): boolean {
    return v5Clients.has(client);
  }

  private constructor(client: KubeClient, socket: WebSocket, operation: string, options: SessionOptions) {
    this.#socket = socket;
    this.#operation = operation;
    let isIdle = false;
    this.#heartbeat = new Heartbeat(socket, {
      isReachable: () => client.isReachable(),
      onLost: () => {
        isIdle = true;
        socket.terminate();
      },
    });
    this.result = this.#receive(options, () => (isIdle ? 'the server stopped answering' : 'it was closed early'));
    this.result.catch(() => undefined);
    socket.resume();
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length; from += maxMessageBytes) {
      await this.#send(stdinChannel, bytes.subarray(from, from + maxMessageBytes));
      // Received messages are read before more is sent: a server that has ended the session and resets unread input
      // would otherwise discard the status as well.
      await setImmediate();
    }
  }

  async endInput(): Promise<void> {
    if (this.#socket.protocol === v5) await this.#send(closeChannel, Buffer.from([stdinChannel]));
  }

  resize(columns: number, rows: number): void {
    void this.#send(resizeChannel, Buffer.from(JSON.stringify({ Width: columns, Height: rows })));
  }

  close(): void {
    this.#socket.terminate();
  }

  /** A closed connection accepts no data; `result` reports the closure. */
  #send(channel: number, bytes: Uint8Array): Promise<void> {
    this.#heartbeat.sent();
    return new Promise((resolve) => {
      const message = Buffer.allocUnsafe(bytes.length + 1);
      message[0] = channel;
      message.set(bytes, 1);
      this.#socket.send(message, () => resolve());
    });
  }

  #receive({ stdout, stderr, signal }: SessionOptions, why: () => string): Promise<CommandResult> {
    const socket = this.#socket;
    const deliver = deliverer(socket);
    return new Promise((resolve, reject) => {
      let known = false;
      const onAbort = () => socket.terminate();
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted) onAbort();
      socket.on('message', (data: RawData) => {
        const [channel, bytes] = [(data as Buffer)[0], (data as Buffer).subarray(1)];
        // An empty message only shows that the connection is open.
        if (known || bytes.length === 0) return;
        if (channel === stdoutChannel) deliver(stdout, bytes);
        else if (channel === stderrChannel) deliver(stderr, bytes);
        else if (channel === statusChannel) {
          known = true;
          commandResult(bytes.toString('utf8')).then(resolve, reject);
          // The status is the last message, but a server need not close the connection.
          socket.close();
        }
      });
      socket.once('close', () => {
        signal?.removeEventListener('abort', onAbort);
        if (signal?.aborted) reject(abortError(signal));
        else
          reject(
            new SymphonyError('failed', `The connection to the server was lost during ${this.#operation}: ${why()}.`),
          );
      });
    });
  }
}
