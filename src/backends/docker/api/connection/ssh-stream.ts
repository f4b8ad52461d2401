import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { shortHash } from '../../../../engine/text/short-hash.ts';
import { runtimeFolder } from '../../../kit/host/runtime-folder.ts';
import type { EngineAddress, EngineEndpoint } from './engine-endpoint.ts';
import { Handshakes } from './handshakes.ts';

type SshAddress = EngineAddress & { readonly kind: 'ssh' };

const maxComplaintLength = 500;

/** As many connections at once may be at their beginning, on all of which others may then travel. */
const handshakes = new Handshakes(4);
const sharedSeconds = 10;

/** The argv that connects stdin and stdout to the engine of another machine. @param folder for sockets */
export function sshCommand({ destination, port, socket }: SshAddress, folder: string): string[] {
  const host = socket === undefined ? [] : ['--host', `unix://${socket}`];
  return [
    'ssh',
    // A supervisor has no terminal to ask on, and an engine that does not answer must not hold up a command.
    ...['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=8', '-o', 'ServerAliveInterval=15', '-T'],
    // Each stream is a program of its own, and they share one connection, which outlives the last of them for a while.
    ...[
      '-o',
      'ControlMaster=auto',
      '-o',
      `ControlPath=${join(folder, `ssh-${shortHash(`${destination} ${port}`).slice(0, 10)}`)}`,
    ],
    ...['-o', `ControlPersist=${sharedSeconds}`],
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...['--', destination, 'docker', ...host, 'system', 'dial-stdio'],
  ];
}

/** A connection to an engine of another machine, through a child `ssh` that ends with it. */
export class SshStream extends Duplex {
  readonly #child;
  #complaint = '';

  /** Connects once not too many others are about to. @param env as in the constructor */
  static async open(address: SshAddress, env: EngineEndpoint['env']): Promise<SshStream> {
    const end = await handshakes.begin();
    const stream = new SshStream(address, env);
    stream.#child.stdout.once('data', end);
    stream.#child.once('close', end).once('error', end);
    return stream;
  }

  /** @param env goes before that of this program, except for the agent of a newer login */
  private constructor(
    address: SshAddress,
    { PATH: path, SSH_AUTH_SOCK: agent }: NonNullable<EngineEndpoint['env']> = {},
  ) {
    super({ allowHalfOpen: true });
    const [program = 'ssh', ...args] = sshCommand(address, runtimeFolder());
    const env = {
      ...(agent === undefined ? {} : { SSH_AUTH_SOCK: agent }),
      ...process.env,
      ...(path === undefined ? {} : { PATH: path }),
    };
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
    const { stdin, stdout, stderr } = this.#child;
    this.#child.once('error', (error) => this.destroy(error));
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-maxComplaintLength);
    });
    stdout.on('data', (bytes: Buffer) => {
      if (!this.push(bytes)) stdout.pause();
    });
    stdin.on('error', () => undefined);
    // Ends only after its output has been read, and knows what ssh complained about. The stderr of one that succeeded may
    // stay open for longer, in the connection that others share.
    this.#child.once('exit', (code) => {
      if (code === 0 && stdout.readableEnded) this.push(null);
      else if (code === 0) stdout.once('end', () => this.push(null));
    });
    this.#child.once('close', (code) => {
      if (code === 0) return;
      if (this.#complaint !== '') this.destroy(new Error(this.#lastComplaint()));
      else this.push(null);
    });
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const { stdin } = this.#child;
    if (!stdin.writable) done(new Error('the connection was closed'));
    else if (stdin.write(chunk)) done();
    else stdin.once('drain', done);
  }

  override _final(done: () => void): void {
    this.#child.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { stdin, stdout, stderr } = this.#child;
    for (const stream of [stdin, stdout, stderr]) stream.destroy();
    this.#child.kill();
    done(error);
  }

  // What an agent expects of a socket.
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  ref(): this {
    this.#child.ref();
    return this;
  }
  unref(): this {
    this.#child.unref();
    return this;
  }

  #lastComplaint(): string {
    const line = this.#complaint.trim().split('\n').at(-1) ?? '';
    return `ssh: ${line.replace(/^ssh: /, '').trim()}`;
  }
}
