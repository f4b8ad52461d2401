import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { splitWords } from './split-words.ts';

export interface OwnCommandOptions {
  readonly backend: string;
  readonly signal: AbortSignal;
  /** Whether it gets this process's own terminal; what it says is then not captured. */
  readonly terminal: boolean;
}

/** More than anyone reads; a command that says more keeps its end. */
const keptOutput = 8 * 1024 * 1024;

/** Runs a command line of this very program in a process of its own, so that what it does to its streams harms nobody. */
export async function runOwnCommand(
  line: string,
  { backend, signal, terminal }: OwnCommandOptions,
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const [, script = ''] = process.argv;
  const args = [...process.execArgv, script, '--backend', backend, ...splitWords(line)];
  const child = spawn(process.execPath, args, { stdio: terminal ? 'inherit' : ['ignore', 'pipe', 'pipe'] });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-keptOutput);
    });
  }
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return { exitCode: code ?? 1, output };
  } catch (error) {
    return { exitCode: 1, output: `${output}${(error as Error).message}\n` };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
