import { randomBytes } from 'node:crypto';
import type { CommandResult, Streams } from '../../../engine/contract/capabilities.ts';
import { SymphonyError, throwIfAborted } from '../../../engine/contract/errors.ts';
import type { KubeClient } from '../api/kube-client.ts';
import { ChannelSession } from './channel-session.ts';
import { CommandInput } from './command-input.ts';
import type { ContainerName } from './container.ts';
import { discard } from './discard.ts';
import { endMarked, execScript } from './exec-script.ts';
import { handTerminalOver } from './terminal-handover.ts';

export interface ExecOptions {
  readonly streams: Streams;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a command in a container with its environment, in its folder. An abort ends the command and its children. */
export async function execInContainer(
  client: KubeClient,
  container: ContainerName,
  command: readonly string[],
  { streams, signal }: ExecOptions,
): Promise<CommandResult> {
  throwIfAborted(signal);
  const mark = `symphony-${randomBytes(8).toString('hex')}`;
  const terminal = streams.terminal ?? false;
  const open = (argv: readonly string[], { endsInput = false } = {}) =>
    ChannelSession.open(client, container, 'exec', {
      command: argv,
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
      const { result } = await handTerminalOver(session, streams);
      return result;
    }
    if (!ChannelSession.canEndInput(client)) return await runFramed();
    const session = await open(execScript(command, { mark, framed: false }), { endsInput: true }).catch(
      () => undefined,
    );
    // Another server of the same cluster may support only an older protocol, or report the error better.
    if (session === undefined) return await runFramed();
    return await pipeInput(session, input, { framed: false });
  } catch (error) {
    if (signal?.aborted) await endLeftover(client, container, mark);
    else if (!terminal && lacksShell(error) && input.isWhole)
      return pipeInput(await open(command), input, { framed: false });
    throw error;
  }
}

export function lacksShell(error: unknown): boolean {
  return error instanceof SymphonyError && /\/bin\/sh.*(no such file|not found)/i.test(error.message);
}

async function pipeInput(
  session: ChannelSession,
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

async function endLeftover(client: KubeClient, container: ContainerName, mark: string): Promise<void> {
  const signal = AbortSignal.timeout(10_000);
  const streams = { stdout: discard(), stderr: discard() };
  // Best effort: if the container is gone, so are its processes.
  await ChannelSession.open(client, container, 'exec', {
    command: endMarked(mark),
    stdin: false,
    terminal: false,
    ...streams,
    signal,
  })
    .then((session) => session.result)
    .catch(() => undefined);
}
