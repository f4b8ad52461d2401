import { PassThrough, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { messageOf, SymphonyError } from '../../../engine/contract/errors.ts';
import type { ContainerCommands } from '../exec/container-commands.ts';
import { lacksShell } from '../exec/run-in-container.ts';

/** Exit codes of the copy scripts; larger than those of the programs they run. */
export const noTarExitCode = 90;
export const noSourceExitCode = 91;

/** The image of a container lacks the programs that copying needs. */
export class CopyToolsMissing extends SymphonyError {
  constructor(message: string, hint?: string) {
    super('failed', message, { hint });
  }
}

/** How a copy script ended. */
export interface ScriptResult {
  readonly exitCode: number;
  /** What the script and its commands wrote to stderr. */
  readonly complaints: string;
}

/**
 * Runs a script in a container with an input and a reader of its output. Resolves with its exit code and stderr after
 * the reader has read all output. A failing reader ends the script.
 */
export async function runScript(
  container: ContainerCommands,
  script: string,
  args: readonly string[],
  options: {
    readonly input: Readable;
    readonly readOutput: (output: PassThrough) => Promise<void>;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<ScriptResult> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const refused = new AbortController();
  const reading = options.readOutput(stdout).catch((error) => {
    refused.abort();
    throw error;
  });
  reading.catch(() => undefined);
  const complaints = text(stderr);
  try {
    const { exitCode } = await container.run(['/bin/sh', '-c', script, 'sh', ...args], {
      streams: { stdin: options.input, stdout, stderr },
      signal: AbortSignal.any([refused.signal, ...(options.signal ? [options.signal] : [])]),
    });
    stdout.end();
    // A failed script may have written incomplete output.
    await reading.catch((error) => {
      if (exitCode === 0) throw error;
    });
    stderr.end();
    const said = (await complaints).trim();
    // Podman says so in the place of the command's output.
    if (exitCode === 127 && lacksShell(new SymphonyError('failed', said))) throw toolsMissing();
    return { exitCode, complaints: said };
  } catch (error) {
    if (refused.signal.aborted) await reading;
    if (!lacksShell(error)) throw error;
    throw toolsMissing();
  } finally {
    stdout.destroy();
    stderr.end();
    options.input.destroy();
  }
}

function toolsMissing(): CopyToolsMissing {
  return new CopyToolsMissing('The image has no /bin/sh, which copying needs.');
}

/** A path that commands do not take for an option. */
export function containerPath(path: string): string {
  return path.startsWith('/') ? path : `./${path}`;
}

/** The error for a copy script that ended with an exit code other than 0. */
export function copyFailure(what: string, { exitCode, complaints }: ScriptResult): SymphonyError {
  if (exitCode === noSourceExitCode) return new SymphonyError('not-found', `There is no ${what} in the container.`);
  if (exitCode === noTarExitCode) {
    const hint = 'Copy its files one by one, or use an image with tar.';
    return new CopyToolsMissing(`The image has no tar, which copying a folder needs: ${what}.`, hint);
  }
  return cannotCopy(what, complaints || `the copying command ended with code ${exitCode}`);
}

/** The error for a copy that failed: a SymphonyError as it is, any other reason in a sentence. */
export function cannotCopy(what: string, why: unknown): SymphonyError {
  if (why instanceof SymphonyError) return why;
  const reason = messageOf(why);
  return new SymphonyError('failed', `${what} cannot be copied: ${reason}.`, { cause: why });
}
