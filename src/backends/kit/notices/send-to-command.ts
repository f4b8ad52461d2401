import { messageOf } from '../../../engine/contract/errors.ts';
import { collectProgram, type ProgramEnd } from '../programs/collect-program.ts';

export interface NoticeCommandOptions {
  /** The whole environment of the command. */
  readonly environment: Readonly<Record<string, string>>;
  /** Its working directory. */
  readonly folder: string;
  /** What it reads on stdin; nothing by default. */
  readonly input?: string;
  readonly signal: AbortSignal;
  /** Seconds until it is killed; 30 by default. */
  readonly seconds?: number;
}

const defaultSeconds = 30;
const maxOutputBytes = 1024 * 1024;
const maxReasonCharacters = 200;

/**
 * Runs the command of a notice, which gets the notice on stdin.
 * @param command a string runs in /bin/sh, a list is an argv
 * @returns why it failed, in words; undefined if it succeeded. A command that takes too long is killed with its process group
 */
export async function sendToCommand(
  command: string | readonly string[],
  { environment, folder, input = '', signal, seconds = defaultSeconds }: NoticeCommandOptions,
): Promise<string | undefined> {
  const [program = '', ...args] = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
  const options = {
    env: { ...environment },
    cwd: folder,
    input,
    seconds,
    signal,
    maxOutputBytes,
    endsWithThisProcess: true,
  };
  try {
    return describe(await collectProgram(program, args, options), seconds);
  } catch (error) {
    return `it cannot be run: ${messageOf(error)}`;
  }
}

function describe({ how, exitCode, signal, stderr }: ProgramEnd, seconds: number): string | undefined {
  if (how === 'timeout') return `it took longer than ${seconds} s and was killed`;
  if (how === 'aborted') return 'it was interrupted';
  if (how === 'overflow') return 'it wrote more than 1 MiB and was killed';
  if (exitCode === 0) return undefined;
  const end = signal === null ? `exit code ${exitCode}` : `ended by ${signal}`;
  const words = stderr.trim().split('\n').at(-1)?.slice(0, maxReasonCharacters) ?? '';
  return words === '' ? end : `${end}: ${words}`;
}
