import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import type {
  CommandSession,
  ContainerSessions,
  SessionOptions,
} from '../../../../src/backends/kit/exec/command-session.ts';
import type { CommandResult } from '../../../../src/engine/contract/capabilities.ts';
import { abortError, SymphonyError } from '../../../../src/engine/contract/errors.ts';

export interface SpawnedContainerOptions {
  /** The working directory of the commands. */
  readonly folder: string;
  /** The commands of the image; by default those of this machine. */
  readonly path?: string;
  /** An image without a shell. */
  readonly isShellless?: boolean;
  /** A connection that cannot signal the end of input. */
  readonly cannotEndInput?: boolean;
}

/** A container without a container runtime: its commands are processes of this machine, connected by pipes. */
export class SpawnedContainer implements ContainerSessions {
  readonly #options: SpawnedContainerOptions;
  readonly #running = new Set<ChildProcess>();
  readonly #sessions = new Set<CommandSession>();

  constructor(options: SpawnedContainerOptions) {
    this.#options = options;
  }

  /** The number of commands that have not ended. */
  get running(): number {
    return this.#running.size;
  }

  canEndInput(): boolean {
    return !this.#options.cannotEndInput;
  }

  async open([program = '', ...args]: readonly string[], options: SessionOptions): Promise<CommandSession> {
    if (program === '/bin/sh' && this.#options.isShellless) throw missing(program);
    const { folder, path = process.env.PATH } = this.#options;
    const child = spawn(program, args, {
      cwd: folder,
      env: { HOME: folder, PATH: path },
      detached: true,
      stdio: [options.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    this.#running.add(child);
    child.once('close', () => this.#running.delete(child));
    child.stdin?.on('error', () => undefined);
    child.stdout?.pipe(options.stdout, { end: false });
    child.stderr?.pipe(options.stderr, { end: false });
    const session = this.#session(child, program, options);
    this.#sessions.add(session);
    return session;
  }

  /** Loses the connections to all commands, which keep running. */
  breakOff(): void {
    for (const session of this.#sessions) session.close();
    this.#sessions.clear();
  }

  /** Ends what still runs. */
  async stop(): Promise<void> {
    await Promise.all(
      [...this.#running].map(async (child) => {
        const closed = once(child, 'close');
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        await closed;
      }),
    );
  }

  #session(child: ChildProcess, program: string, { signal }: SessionOptions): CommandSession {
    const lost = Promise.withResolvers<never>();
    lost.promise.catch(() => undefined);
    const close = () => {
      child.stdin?.destroy();
      // Without a reader, a command that writes gets SIGPIPE.
      child.stdout?.destroy();
      child.stderr?.destroy();
      lost.reject(signal?.aborted ? abortError(signal) : new SymphonyError('failed', 'The connection was lost.'));
    };
    signal?.addEventListener('abort', close, { once: true });
    const ended = new Promise<CommandResult>((resolve, reject) => {
      child.once('error', () => reject(missing(program)));
      child.once('close', (code, killer) =>
        resolve({ exitCode: code ?? 128 + constants.signals[killer ?? 'SIGKILL'] }),
      );
    });
    const result = Promise.race([ended, lost.promise]).finally(() => signal?.removeEventListener('abort', close));
    result.catch(() => undefined);
    return {
      result,
      write: async (bytes) => {
        const { stdin } = child;
        if (stdin === null || !stdin.writable || stdin.write(bytes)) return;
        await Promise.race([once(stdin, 'drain').catch(() => undefined), once(stdin, 'close'), result.catch(() => 0)]);
      },
      endInput: async () => {
        if (this.canEndInput()) child.stdin?.end();
      },
      resize: () => undefined,
      close,
    };
  }
}

function missing(program: string): SymphonyError {
  return new SymphonyError('failed', `exec: "${program}": stat ${program}: no such file or directory: unknown`);
}
