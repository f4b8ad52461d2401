import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url));
export const binPath = fileURLToPath(new URL('../../bin/symphony.js', import.meta.url));

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** The content of stdin; empty by default. */
  readonly input?: string | Buffer;
  /** Seconds until the program is killed and the run counts as failed; 60 by default. */
  readonly timeout?: number;
  /** Receives the started program, for example to send it signals. */
  readonly onSpawn?: (child: ReturnType<typeof spawn>) => void;
}

export interface RunResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment of this process, without variables that change the behaviour or colours of Symphony. */
export function plainEnvironment(): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(SYMPH(ONY)?_|FORCE_COLOR$|NO_COLOR$)/.test(name));
  return Object.fromEntries(kept);
}

/** Runs a program to its end, without a terminal. */
export async function run(command: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    env: { ...plainEnvironment(), ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), (options.timeout ?? 60) * 1000);
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  // A program may end without reading its input, which breaks the pipe.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  options.onSpawn?.(child);
  const [exitCode, signal] = (await once(child, 'close').finally(() => clearTimeout(timer))) as [
    number | null,
    NodeJS.Signals | null,
  ];
  return { exitCode, signal, ...output };
}
