import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import type { EngineAddress } from './engine-endpoint.ts';

type SshAddress = EngineAddress & { readonly kind: 'ssh' };

const maxComplaintLength = 500;

/** The argv that connects stdin and stdout to the engine of another machine. */
export function sshCommand({ destination, port, socket }: SshAddress): string[] {
  const host = socket === undefined ? [] : ['--host', `unix://${socket}`];
  return [
    'ssh',
    // A supervisor has no terminal to ask on, and an engine that does not answer must not hold up a command.
    ...['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10', '-o', 'ServerAliveInterval=15', '-T'],
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...['--', destination, 'docker', ...host, 'system', 'dial-stdio'],
  ];
}

/** A connection to an engine of another machine, through a child `ssh` that ends with it. */
export class SshStream extends Duplex {
  readonly #child;
  #complaint = '';

  constructor(address: SshAddress) {
    super({ allowHalfOpen: true });
    const [program = 'ssh', ...args] = sshCommand(address);
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const { stdin, stdout, stderr } = this.#child;
    this.#child.once('error', (error) => this.destroy(error));
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-maxComplaintLength);
    });
    stdout.on('data', (bytes: Buffer) => {
      if (!this.push(bytes)) stdout.pause();
    });
    stdin.on('error', () => undefined);
    // Ends only after its output has been read, and knows what ssh complained about.
    this.#child.once('close', (code) => {
      if (code !== 0 && this.#complaint !== '') this.destroy(new Error(this.#lastComplaint()));
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
