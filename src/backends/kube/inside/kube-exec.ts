import { randomBytes } from 'node:crypto';
import type { CommandResult, Streams } from '../../../engine/capabilities.ts';
import { SymphonyError, throwIfAborted } from '../../../engine/errors.ts';
import type { KubeClient } from '../api/kube-client.ts';
import { ChannelSession } from './channel-session.ts';
import type { ContainerName } from './container.ts';
import { discard } from './discard.ts';
import { endMarked, execScript, frame } from './exec-script.ts';
import { handTerminalOver } from './terminal-handover.ts';

const largestFrame = 512 * 1024;

export interface ExecOptions {
  readonly streams: Streams;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a command in a container with its environment, in its folder. An abort ends it and all it started. */
export async function execInContainer(
  client: KubeClient,
  container: ContainerName,
  command: readonly string[],
  { streams, signal }: ExecOptions,
): Promise<CommandResult> {
  throwIfAborted(signal);
  const mark = `symphony-${randomBytes(8).toString('hex')}`;
  const terminal = streams.terminal ?? false;
  const open = (argv: readonly string[]) =>
    ChannelSession.open(client, container, 'exec', {
      command: argv,
      stdin: true,
      terminal,
      stdout: streams.stdout,
      stderr: streams.stderr,
      signal,
    });
  try {
    if (terminal) {
      const session = await open(execScript(command, { mark, framed: false }));
      const { result } = await handTerminalOver(session, streams);
      return result;
    }
    // A newer server can be told of the end of the input; which one it is shows once it has answered.
    return await runFed(await open(execScript(command, { mark, framed: true })), streams.stdin);
  } catch (error) {
    if (signal?.aborted) await endLeftover(client, container, mark);
    else if (lacksShell(error)) return runPlain(await open(command), streams.stdin);
    throw error;
  }
}

function lacksShell(error: unknown): boolean {
  return error instanceof SymphonyError && /\/bin\/sh.*(no such file|not found)/i.test(error.message);
}

/** What is read from stdin, as frames, until it ends or the command does. */
async function runFed(session: ChannelSession, stdin: NodeJS.ReadableStream): Promise<CommandResult> {
  const feeding = feed(session, stdin, async (chunk) => {
    for (let from = 0; from < chunk.length; from += largestFrame) {
      await session.write(frame(chunk.subarray(from, from + largestFrame)));
    }
  });
  void feeding.done.then((ended) => (ended ? session.write(frame(Buffer.alloc(0))) : undefined));
  return session.result.finally(feeding.stop);
}

async function runPlain(session: ChannelSession, stdin: NodeJS.ReadableStream): Promise<CommandResult> {
  const feeding = feed(session, stdin, (chunk) => session.write(chunk));
  void feeding.done.then((ended) => (ended ? session.endInput() : undefined));
  return session.result.finally(feeding.stop);
}

function feed(
  session: ChannelSession,
  stdin: NodeJS.ReadableStream,
  write: (chunk: Buffer) => Promise<void>,
): { readonly done: Promise<boolean>; stop(): void } {
  const done = Promise.withResolvers<boolean>();
  const onData = (chunk: Buffer | string) => {
    stdin.pause();
    void write(Buffer.from(chunk as Buffer)).then(() => {
      if (!isStopped) stdin.resume();
    });
  };
  let isStopped = false;
  const onEnd = () => done.resolve(true);
  const stop = () => {
    if (isStopped) return;
    isStopped = true;
    stdin.off('data', onData).off('end', onEnd);
    stdin.pause();
    done.resolve(false);
  };
  stdin.on('data', onData).once('end', onEnd).once('error', stop);
  if ((stdin as NodeJS.ReadStream).readableEnded) onEnd();
  void session.result.catch(() => undefined);
  return { done: done.promise, stop };
}

async function endLeftover(client: KubeClient, container: ContainerName, mark: string): Promise<void> {
  const signal = AbortSignal.timeout(10_000);
  const streams = { stdout: discard(), stderr: discard() };
  // As far as it can be: the container may be gone, and then so is what ran in it.
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
