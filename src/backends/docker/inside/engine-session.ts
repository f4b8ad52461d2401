import type { Duplex } from 'node:stream';
import type { CommandResult } from '../../../engine/contract/capabilities.ts';
import { abortError, SymphonyError } from '../../../engine/contract/errors.ts';
import type { CommandSession, SessionOptions } from '../../kit/exec/command-session.ts';
import { deliverer } from '../../kit/exec/deliverer.ts';
import { type EngineClient, shortId } from '../api/engine-client.ts';
import { FrameSplitter } from '../api/stream-frames.ts';

interface SessionCalls {
  readonly resize: (columns: number, rows: number) => Promise<void>;
  /** Asks how the command ended, once its output has ended. */
  readonly end: () => Promise<SessionEnd>;
}

interface SessionEnd {
  readonly exitCode: number;
  /** False if the engine could not start it, and says so in the place of its output. */
  readonly hasStarted: boolean;
}

/** How Docker begins to say that it could not start a command. */
const notStarted = /^OCI runtime exec failed/;

/** Output that may be a message of the engine. */
interface HeldOutput {
  readonly to: NodeJS.WritableStream;
  readonly bytes: Buffer;
}

/** One exec or attach session in a container, over a hijacked connection. */
export class EngineSession implements CommandSession {
  readonly result: Promise<CommandResult>;
  readonly #stream: Duplex;
  readonly #resize: (columns: number, rows: number) => Promise<void>;

  /** Starts a command in a container. @throws SymphonyError if the engine refuses it */
  static async open(
    client: EngineClient,
    id: string,
    command: readonly string[],
    options: SessionOptions & { readonly env?: readonly string[] },
  ): Promise<EngineSession> {
    const { stdin, terminal, signal, env } = options;
    const exec = await client.createExec(id, {
      Cmd: command,
      AttachStdin: stdin,
      AttachStdout: true,
      AttachStderr: true,
      Tty: terminal,
      ...(env === undefined ? {} : { Env: env }),
    });
    const stream = await client.startExec(exec, { tty: terminal, signal });
    return new EngineSession(stream, options, {
      resize: (columns, rows) => client.resizeExec(exec, columns, rows),
      end: async () => {
        const { Running: isRunning, ExitCode: exitCode, Pid: pid = 0 } = await client.inspectExec(exec);
        if (!isRunning && exitCode !== null) return { exitCode, hasStarted: pid !== 0 };
        throw new SymphonyError(
          'failed',
          `The connection to container ${shortId(id)} was lost while a command ran in it.`,
        );
      },
    });
  }

  /** Connects to the terminal of a container's own process. @throws SymphonyError if the engine refuses it */
  static async attach(client: EngineClient, id: string, options: SessionOptions): Promise<EngineSession> {
    const stream = await client.attach(id, { stdin: options.stdin, signal: options.signal });
    return new EngineSession(stream, options, {
      resize: (columns, rows) => client.resize(id, columns, rows),
      end: async () => {
        const state = (await client.inspect(id))?.State;
        if (state?.Running) throw new SymphonyError('failed', `The connection to container ${shortId(id)} was lost.`);
        return { exitCode: state?.ExitCode ?? 0, hasStarted: true };
      },
    });
  }

  private constructor(stream: Duplex, options: SessionOptions, calls: SessionCalls) {
    this.#stream = stream;
    this.#resize = calls.resize;
    this.result = this.#run(options, calls);
    this.result.catch(() => undefined);
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      // A closed connection accepts no data; `result` reports the closure.
      if (!this.#stream.writable) resolve();
      else this.#stream.write(bytes, () => resolve());
    });
  }

  endInput(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#stream.writable) resolve();
      else this.#stream.end(() => resolve());
    });
  }

  resize(columns: number, rows: number): void {
    // A command that has just ended has no terminal any more.
    void this.#resize(columns, rows).catch(() => undefined);
  }

  close(): void {
    this.#stream.destroy();
  }

  async #run(options: SessionOptions, { end }: SessionCalls): Promise<CommandResult> {
    const held = await this.#receive(options);
    const { exitCode, hasStarted } = await end();
    if (held === undefined) return { exitCode };
    const said = held.bytes.toString().trim();
    if (!hasStarted) throw new SymphonyError('failed', `The engine could not start it: ${said}`);
    held.to.write(held.bytes);
    return { exitCode };
  }

  /** Resolves with output that was held back, once the container has closed its side. */
  #receive({ stdout, stderr, terminal, signal }: SessionOptions): Promise<HeldOutput | undefined> {
    const stream = this.#stream;
    const pass = deliverer(stream);
    let held: HeldOutput | undefined;
    let hasOutput = false;
    const deliver = (to: NodeJS.WritableStream, bytes: Buffer) => {
      const isFirst = !hasOutput;
      hasOutput = true;
      if (isFirst && notStarted.test(bytes.toString('latin1', 0, 40))) {
        held = { to, bytes: Buffer.from(bytes) };
        return;
      }
      if (held !== undefined) pass(held.to, held.bytes);
      held = undefined;
      pass(to, bytes);
    };
    const splitter = terminal ? undefined : new FrameSplitter();
    return new Promise((resolve, reject) => {
      const onAbort = () => stream.destroy();
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted) onAbort();
      stream.on('data', (chunk: Buffer) => {
        if (splitter === undefined) deliver(stdout, chunk);
        else
          for (const frame of splitter.push(chunk)) deliver(frame.stream === 'stdout' ? stdout : stderr, frame.bytes);
      });
      // What the container does not read any more.
      stream.on('error', () => undefined);
      let hasEnded = false;
      stream.once('end', () => {
        hasEnded = true;
        stream.destroy();
      });
      stream.once('close', () => {
        signal?.removeEventListener('abort', onAbort);
        if (signal?.aborted) reject(abortError(signal));
        else if (hasEnded) resolve(held);
        else reject(new SymphonyError('failed', 'The connection to the engine was lost.'));
      });
    });
  }
}
