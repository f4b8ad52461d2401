import { collectProgram, type ProgramEnd } from '../../../kit/programs/collect-program.ts';

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
  let end: ProgramEnd;
  try {
    end = await collectProgram(command, args, { env, seconds: timeout, signal, endsWithThisProcess: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const missing = command.includes('/') ? 'there is no such file' : 'it is not in PATH';
    const why = code === 'ENOENT' ? missing : code === 'EACCES' ? 'it is not executable' : (error as Error).message;
    throw new Error(`cannot be started: ${why}`, { cause: error });
  }
  if (end.how === 'exited' && end.exitCode === 0) return end.stdout;
  throw new Error(`${describeEnd(end, timeout)}${complaint(end.stderr)}`);
}

function describeEnd({ how, exitCode, signal }: ProgramEnd, timeout: number): string {
  if (how === 'timeout') return `did not end within ${timeout} s`;
  if (how === 'overflow') return 'wrote more than a credential';
  if (how === 'aborted') return 'was ended by SIGKILL';
  return signal === null ? `ended with code ${exitCode}` : `was ended by ${signal}`;
}

function complaint(stderr: string): string {
  const said = stderr.trim().replace(/\s*\n\s*/g, ' ');
  if (said === '') return '';
  return `: ${said.length > maxComplaintLength ? `… ${said.slice(-maxComplaintLength)}` : said}`;
}
