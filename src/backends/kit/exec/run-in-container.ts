import { randomBytes } from 'node:crypto';
import type { CommandResult, Streams } from '../../../engine/contract/capabilities.ts';
import { SymphonyError, throwIfAborted } from '../../../engine/contract/errors.ts';
import { handTerminalOver } from '../terminal/hand-over-terminal.ts';
import { CommandInput } from './command-input.ts';
import type { CommandSession, ContainerSessions } from './command-session.ts';
import { discard } from './discard.ts';
import { endMarked, execScript } from './exec-script.ts';

/** Seconds that ending an aborted command may take. */
const endSeconds = 10;

/**
 * Runs a command in a container, with its input and output connected to the streams, until it ends. An abort ends the
 * command and everything it started, although container runtimes leave a command running when its client is gone. An
 * image without a shell runs the command too, but then an abort cannot end it.
 * @throws SymphonyError `interrupted` once the signal has aborted or the terminal was lost, or the error of the container
 */
export async function runInContainer(
  container: ContainerSessions,
  command: readonly string[],
  { streams, signal }: { readonly streams: Streams; readonly signal?: AbortSignal | undefined },
): Promise<CommandResult> {
  throwIfAborted(signal);
  const mark = `symphony-${randomBytes(8).toString('hex')}`;
  const terminal = streams.terminal ?? false;
  const open = (argv: readonly string[], { endsInput = false } = {}) =>
    container.open(argv, {
      endsInput,
      stdin: true,
      terminal,
      stdout: streams.stdout,
      stderr: streams.stderr,
      signal,
    });
  const input = new CommandInput(streams.stdin);
  const runFramed = async () =>
    pipeInput(await open(execScript(command, { mark, framed: true })), input, { framed: true });
  try {
    if (terminal) {
      const session = await open(execScript(command, { mark, framed: false }));
      return (await handTerminalOver(session, streams)).result;
    }
    if (!container.canEndInput()) return await runFramed();
    const session = await open(execScript(command, { mark, framed: false }), { endsInput: true }).catch(
      () => undefined,
    );
    // Another server of the same cluster may support only an older protocol, or report the error better.
    if (session === undefined) return await runFramed();
    return await pipeInput(session, input, { framed: false });
  } catch (error) {
    if (signal?.aborted || isInterrupted(error)) await endLeftover(container, mark);
    else if (!terminal && lacksShell(error) && input.isWhole)
      return pipeInput(await open(command), input, { framed: false });
    throw error;
  }
}

/** Whether a container refused a command because its image has no `/bin/sh`. */
export function lacksShell(error: unknown): boolean {
  return error instanceof SymphonyError && /\/bin\/sh.*(no such file|not found)/i.test(error.message);
}

/** Whether the user's terminal was lost. */
function isInterrupted(error: unknown): boolean {
  return error instanceof SymphonyError && error.code === 'interrupted';
}

async function pipeInput(
  session: CommandSession,
  input: CommandInput,
  options: { readonly framed: boolean },
): Promise<CommandResult> {
  const giving = input.pipeTo(session, options);
  giving.catch(() => session.close());
  try {
    return await session.result;
  } catch (error) {
    await giving;
    throw error;
  }
}

async function endLeftover(container: ContainerSessions, mark: string): Promise<void> {
  const signal = AbortSignal.timeout(endSeconds * 1000);
  const streams = { stdout: discard(), stderr: discard() };
  // Best effort: if the container is gone, so are its processes.
  await container
    .open(endMarked(mark), { stdin: false, terminal: false, ...streams, signal })
    .then((session) => session.result)
    .catch(() => undefined);
}
