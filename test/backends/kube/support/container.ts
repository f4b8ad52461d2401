import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import type { Writable } from 'node:stream';
import { type IPty, spawn as spawnInTerminal } from 'node-pty';
import type { Channels } from './channels.ts';

export interface ContainerOptions {
  readonly folder: string;
  /** The commands of the image; by default those of this machine. */
  readonly path?: string;
  /** An image without a shell. */
  readonly shellless?: boolean;
}

/** A container: a folder, and the processes that are started in it. */
export class Container {
  readonly #options: ContainerOptions;
  readonly #running = new Map<number, Promise<unknown>>();
  #main: IPty | undefined;

  constructor(options: ContainerOptions) {
    this.#options = options;
  }

  /** Its own process, with a terminal. */
  start(command: readonly string[]): IPty {
    this.#main = this.#inTerminal(command);
    return this.#main;
  }

  get processes(): number {
    return this.#running.size;
  }

  exec(channels: Channels, query: URLSearchParams): void {
    const command = query.getAll('command');
    if (command[0] === '/bin/sh' && this.#options.shellless) return void channels.end(cannotStart('/bin/sh'));
    if (query.get('tty') === 'true') this.#join(channels, this.#inTerminal(command), { owned: true });
    else this.#run(channels, command, query.get('stdin') === 'true');
  }

  attach(channels: Channels): void {
    if (this.#main === undefined) return void channels.end({ status: 'Failure', message: 'container not running' });
    this.#join(channels, this.#main, { owned: false });
  }

  async stop(): Promise<void> {
    for (const pid of this.#running.keys()) {
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {}
    }
    await Promise.all(this.#running.values());
  }

  get #environment() {
    return { HOME: this.#options.folder, PATH: this.#options.path ?? process.env.PATH ?? '', TERM: 'xterm' };
  }

  #run(channels: Channels, [program = '', ...args]: readonly string[], hasInput: boolean): void {
    let child: ReturnType<typeof spawn>;
    try {
      child = spawn(program, args, {
        cwd: this.#options.folder,
        env: this.#environment,
        detached: true,
        stdio: [hasInput ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      });
    } catch (error) {
      return void channels.end({ status: 'Failure', message: `exec failed: ${(error as Error).message}` });
    }
    child.once('error', () => channels.end(cannotStart(program)));
    if (child.pid === undefined) return;
    const { pid, stdout, stderr } = child as typeof child & { pid: number; stdout: NonNullable<typeof child.stdout> };
    const exited = new Promise<number>((resolve) => {
      child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
    });
    this.#running.set(
      pid,
      exited.finally(() => this.#running.delete(pid)),
    );
    const copying = [channels.copy(1, stdout), ...(stderr ? [channels.copy(2, stderr)] : [])];
    channels.read({
      input: (bytes) => (child.stdin ? write(child.stdin, bytes, exited) : Promise.resolve()),
      inputEnd: () => child.stdin?.end(),
      resize: () => undefined,
      // The process keeps running: the runtime does not notice the end of its client.
      gone: () => child.stdin?.destroy(),
    });
    child.stdin?.on('error', () => undefined);
    void exited.then(async (exitCode) => {
      await Promise.all(copying);
      await channels.end(ended(exitCode));
    });
  }

  #inTerminal([program = '', ...args]: readonly string[]): IPty {
    const pty = spawnInTerminal(program, args, {
      cols: 80,
      rows: 24,
      cwd: this.#options.folder,
      env: this.#environment,
      encoding: null,
    });
    const exited = new Promise<void>((resolve) => pty.onExit(() => resolve()));
    this.#running.set(
      pty.pid,
      exited.finally(() => this.#running.delete(pty.pid)),
    );
    return pty;
  }

  #join(channels: Channels, pty: IPty, { owned }: { readonly owned: boolean }): void {
    let sending = Promise.resolve();
    const data = pty.onData((bytes) => {
      sending = sending.then(() => channels.send(1, Buffer.from(bytes)));
    });
    channels.read({
      input: async (bytes) => pty.write(bytes as unknown as string),
      inputEnd: () => undefined,
      resize: ({ Width, Height }) => pty.resize(Width, Height),
      gone: () => data.dispose(),
    });
    pty.onExit(async ({ exitCode, signal }) => {
      await sending;
      await channels.end(owned ? ended(signal ? 128 + signal : exitCode) : { status: 'Success' });
    });
  }
}

/** A command that has closed its stdin receives no more input, and no input is read for it until it ends. */
async function write(stdin: Writable, bytes: Buffer, exited: Promise<unknown>): Promise<void> {
  if (stdin.writable && stdin.write(bytes)) return;
  const taken = stdin.writable ? once(stdin, 'drain') : new Promise<never>(() => undefined);
  await Promise.race([taken.catch(() => exited), exited]);
}

function ended(exitCode: number): object {
  if (exitCode === 0) return { status: 'Success' };
  return {
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}

function cannotStart(program: string): object {
  const why = `exec: "${program}": stat ${program}: no such file or directory: unknown`;
  const message = `Internal error occurred: error executing command in container: failed to start exec: ${why}`;
  return { status: 'Failure', reason: 'InternalError', code: 500, message };
}
