import { type ChildProcess, spawn } from 'node:child_process';
import { endGroup } from './end-group.ts';
import { type EndGuard, startEndGuard } from './end-guard.ts';

export interface ProgramOptions {
  /** The whole environment of the program. */
  readonly env: NodeJS.ProcessEnv;
  /** The working directory; that of this process by default. */
  readonly cwd?: string;
  /** The program reads this, and then the end of input; without it, it has no input. */
  readonly input?: string | undefined;
  /** Seconds after which the program is killed. */
  readonly seconds: number;
  /** Kills the program when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** A program that writes more than this, to stdout or to stderr, is killed. 64 MiB by default. */
  readonly maxOutputBytes?: number;
  /** Whether the program is killed if this process ends before it, also by SIGKILL; otherwise it goes on. */
  readonly endsWithThisProcess?: boolean;
}

export interface ProgramEnd {
  /** `exited`, also by a signal of others; the other ends are a kill: at the time limit, by the abort, for its output. */
  readonly how: 'exited' | 'timeout' | 'aborted' | 'overflow';
  /** Null if the program did not exit by itself. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** All that the program wrote, or wrote until it was killed. */
  readonly stdout: string;
  readonly stderr: string;
}

const defaultOutputBytes = 64 * 1024 * 1024;

/**
 * Runs a program to its end and collects its output. The program leads a process group of its own, so that it is killed
 * with everything it started; what left the group is not waited for.
 * @throws the error of the system, with its `code`, if the program cannot be started
 */
export async function collectProgram(
  path: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramEnd> {
  const { input, seconds, signal, maxOutputBytes = defaultOutputBytes } = options;
  const guard = options.endsWithThisProcess ? startEndGuard() : undefined;
  const child = begin(path, args, options, guard);
  const { promise, resolve, reject } = Promise.withResolvers<Omit<ProgramEnd, 'stdout' | 'stderr'>>();
  const kill = () => {
    if (child.pid !== undefined) endGroup(child.pid);
    // A process outside the group may hold the streams open.
    for (const stream of child.stdio) stream?.destroy();
    // One in an uninterruptible system call does not end, and must not keep this process from its own end.
    child.unref();
  };
  const end = (how: ProgramEnd['how']) => {
    kill();
    // The end is not waited for: a process in an uninterruptible system call does not end.
    resolve({ how, exitCode: null, signal: null });
  };
  const collect = (stream: NodeJS.ReadableStream | null): Buffer[] => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    stream?.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxOutputBytes) end('overflow');
      else chunks.push(chunk);
    });
    return chunks;
  };
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const timer = setTimeout(() => end('timeout'), seconds * 1000);
  const onAbort = () => end('aborted');
  signal?.addEventListener('abort', onAbort, { once: true });
  child.once('error', reject);
  child.once('close', (exitCode, killer) => resolve({ how: 'exited', exitCode, signal: killer }));
  // A program that exits without reading its input reports the reason itself.
  child.stdin?.on('error', () => undefined).end(input);
  if (signal?.aborted) onAbort();
  try {
    const ending = await promise;
    return { ...ending, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    guard?.release();
  }
}

function begin(path: string, args: readonly string[], options: ProgramOptions, guard?: EndGuard): ChildProcess {
  const { env, cwd, input } = options;
  try {
    const child = spawn(path, args, {
      env,
      ...(cwd !== undefined && { cwd }),
      detached: true,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    guard?.protect(child.pid);
    return child;
  } catch (error) {
    guard?.release();
    throw error;
  }
}
