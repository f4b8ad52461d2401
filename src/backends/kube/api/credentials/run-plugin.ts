import { type ChildProcess, spawn } from 'node:child_process';

export interface PluginRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Seconds after which the plugin is ended. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

const maxComplaintLength = 500;

/** Runs a credential plugin to its end, without a terminal. @throws Error that says in words how it failed */
export async function runPlugin({ command, args, env, timeout, signal }: PluginRun): Promise<string> {
  // The plugin gets its own process group, so that it can be ended with its children.
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  let isLate = false;
  const end = () => endGroup(child);
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, timeout * 1000);
  process.once('exit', end);
  signal.addEventListener('abort', end, { once: true });
  try {
    const [exitCode, killedBy] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (...how) => resolve(how));
    });
    if (isLate) throw new Error(`did not end within ${timeout} s${complaint(output.stderr)}`);
    if (exitCode === 0) return output.stdout;
    const how = killedBy === null ? `ended with code ${exitCode}` : `was ended by ${killedBy}`;
    throw new Error(`${how}${complaint(output.stderr)}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const missing = command.includes('/') ? 'there is no such file' : 'it is not in PATH';
    const why = code === 'ENOENT' ? missing : code === 'EACCES' ? 'it is not executable' : (error as Error).message;
    throw new Error(`cannot be started: ${why}`, { cause: error });
  } finally {
    clearTimeout(timer);
    process.off('exit', end);
    signal.removeEventListener('abort', end);
  }
}

function complaint(stderr: string): string {
  const said = stderr.trim().replace(/\s*\n\s*/g, ' ');
  if (said === '') return '';
  return `: ${said.length > maxComplaintLength ? `… ${said.slice(-maxComplaintLength)}` : said}`;
}

function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The plugin has already ended.
  }
  // Processes that left the group may still hold the pipes.
  child.stdout?.destroy();
  child.stderr?.destroy();
}
