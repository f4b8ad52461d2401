import { spawn } from 'node:child_process';
import { SymphonyError } from '../../../engine/contract/errors.ts';

export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const inheritedNames = /^(HOME|LANG|LC_.*|LOGNAME|PATH|SHELL|USER)$/;

/**
 * The part of this process's environment that tmux gets: nothing that refers to an enclosing tmux or another socket
 * location, and nothing that should not stay in the server permanently.
 */
export function tmuxEnvironment(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const entries = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries.filter(([name]) => inheritedNames.test(name)));
}

/**
 * Runs a short program to its end.
 * @throws SymphonyError `backend-unavailable` if it cannot be run, or does not end in time; then it is killed with
 *   everything it started
 */
export function runProgram(
  path: string,
  args: readonly string[],
  options: { readonly seconds: number; readonly input?: string },
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { cwd: '/', detached: true, env: tmuxEnvironment(), stdio: 'pipe' });
    const output = { stdout: '', stderr: '' };
    const timer = setTimeout(() => {
      if (child.pid !== undefined) killGroup(child.pid);
      // Does not wait for the end of the output: a process outside the group may hold it open.
      for (const stream of child.stdio) stream?.destroy();
      fail(
        `${path} did not answer within ${options.seconds} s`,
        'End the process that blocks it, or use another backend.',
      );
    }, options.seconds * 1000);
    const fail = (message: string, hint?: string, cause?: unknown) => {
      clearTimeout(timer);
      reject(new SymphonyError('backend-unavailable', `${message}.`, { hint, cause }));
    };
    child.once('error', (error) => fail(`${path} cannot be run: ${error.message}`, undefined, error));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output.stderr += text;
    });
    // A program that exits without reading its input reports the reason itself.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ exitCode: code ?? 1, ...output });
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}
