import { once } from 'node:events';
import type { RawData, WebSocket } from 'ws';
import type { CommandResult } from '../../../engine/capabilities.ts';
import { abortError, SymphonyError } from '../../../engine/errors.ts';
import type { KubeStatus } from '../api/api-error.ts';
import type { Query } from '../api/kube-api.ts';
import type { KubeClient } from '../api/kube-client.ts';
import { objectPath } from '../api/resource-path.ts';
import type { ContainerName } from './container.ts';

const stdinChannel = 0;
const stdoutChannel = 1;
const stderrChannel = 2;
const statusChannel = 3;
const resizeChannel = 4;
/** v5 alone: says of another channel that nothing more will come. */
const closeChannel = 255;

const v4 = 'v4.channel.k8s.io';
const v5 = 'v5.channel.k8s.io';

export interface ChannelSessionOptions {
  readonly command?: readonly string[];
  readonly stdin: boolean;
  readonly terminal: boolean;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly signal?: AbortSignal | undefined;
}

/** One exec or attach in a container, over a WebSocket with numbered channels. */
export class ChannelSession {
  readonly #socket: WebSocket;
  /** How the command ended. Rejects if the connection is lost before that is known. */
  readonly result: Promise<CommandResult>;

  /** @throws SymphonyError if the API server refuses it */
  static async open(
    client: KubeClient,
    { namespace, pod, container }: ContainerName,
    kind: 'exec' | 'attach',
    options: ChannelSessionOptions,
  ): Promise<ChannelSession> {
    const query: Query = {
      container,
      command: options.command,
      stdin: options.stdin,
      stdout: true,
      stderr: !options.terminal,
      tty: options.terminal,
    };
    const path = `${objectPath('Pod', pod, namespace)}/${kind}`;
    const doing = `${kind} in pod ${pod} in namespace ${namespace}`;
    const socket = await client.socket({ path, query, doing, signal: options.signal }, [v5, v4]);
    return new ChannelSession(socket, options);
  }

  private constructor(socket: WebSocket, options: ChannelSessionOptions) {
    this.#socket = socket;
    this.result = this.#receive(options);
    this.result.catch(() => undefined);
  }

  /** Whether the end of the input can be told. The v4 protocol has no word for it. */
  get canEndInput(): boolean {
    return this.#socket.protocol === v5;
  }

  /** Resolves once there is room for more. */
  async write(bytes: Uint8Array): Promise<void> {
    await this.#send(stdinChannel, bytes);
  }

  async endInput(): Promise<void> {
    if (this.canEndInput) await this.#send(closeChannel, Buffer.from([stdinChannel]));
  }

  resize(columns: number, rows: number): void {
    void this.#send(resizeChannel, Buffer.from(JSON.stringify({ Width: columns, Height: rows })));
  }

  /** Breaks it off. */
  close(): void {
    this.#socket.terminate();
  }

  /** A connection that has ended takes nothing; the result tells of that. */
  #send(channel: number, bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      const message = Buffer.allocUnsafe(bytes.length + 1);
      message[0] = channel;
      message.set(bytes, 1);
      this.#socket.send(message, () => resolve());
    });
  }

  #receive({ stdout, stderr, signal }: ChannelSessionOptions): Promise<CommandResult> {
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      let status: KubeStatus | undefined;
      const onAbort = () => socket.terminate();
      signal?.addEventListener('abort', onAbort, { once: true });
      const deliver = (stream: NodeJS.WritableStream, bytes: Buffer) => {
        if (bytes.length === 0 || stream.write(bytes)) return;
        socket.pause();
        const resume = () => socket.resume();
        // Whichever does not come must not leave its listener behind.
        const over = new AbortController();
        const { signal } = over;
        void Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })])
          .then(resume, resume)
          .finally(() => over.abort());
      };
      socket.on('message', (data: RawData) => {
        const bytes = data as Buffer;
        const [channel] = bytes;
        if (channel === stdoutChannel) deliver(stdout, bytes.subarray(1));
        else if (channel === stderrChannel) deliver(stderr, bytes.subarray(1));
        else if (channel === statusChannel) {
          status = JSON.parse(bytes.subarray(1).toString('utf8')) as KubeStatus;
          // Nothing follows it, but a server need not close.
          socket.close();
        }
      });
      socket.once('close', () => {
        signal?.removeEventListener('abort', onAbort);
        if (signal?.aborted) reject(abortError(signal));
        else if (status === undefined) reject(new SymphonyError('failed', 'The connection to the container was lost.'));
        else settle(status, resolve, reject);
      });
    });
  }
}

function settle(status: KubeStatus, resolve: (result: CommandResult) => void, reject: (error: unknown) => void): void {
  if (status.status === 'Success') {
    resolve({ exitCode: 0 });
    return;
  }
  const causes = (status.details?.causes ?? []) as readonly { readonly reason?: string; readonly message?: string }[];
  const exitCode = causes.find(({ reason }) => reason === 'ExitCode')?.message;
  if (exitCode === undefined) reject(new SymphonyError('failed', `${status.message ?? 'The container refused it.'}`));
  else resolve({ exitCode: Number(exitCode) });
}
