import { Readable } from 'node:stream';
import { messageOf } from '../../../engine/contract/errors.ts';
import { discard } from '../../kit/exec/discard.ts';
import { runInContainer } from '../../kit/exec/run-in-container.ts';
import type { EngineClient } from '../api/engine-client.ts';
import { EngineSession } from './engine-session.ts';

/** A check that takes longer has failed. */
const timeoutSeconds = 10;

/** How a check command ended: `answer` says why it failed, and is null if it succeeded. */
export type CheckOutcome = { readonly answer: string | null } | { readonly notRun: string };

/** Runs a command once in a container. What it started ends with it if it takes too long. */
export async function checkInContainer(
  client: EngineClient,
  id: string,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<CheckOutcome> {
  const late = AbortSignal.timeout(timeoutSeconds * 1000);
  const streams = { stdin: Readable.from([]), stdout: discard(), stderr: discard() };
  try {
    const { exitCode } = await runInContainer(containerSessions(client, id), argv, {
      streams,
      signal: AbortSignal.any([signal, late]),
    });
    return { answer: exitCode === 0 ? null : `exit code ${exitCode}` };
  } catch (error) {
    if (late.aborted) return { answer: `timed out after ${timeoutSeconds} s` };
    return { notRun: messageOf(error) };
  }
}

/** What runs commands in a container of an engine. */
export function containerSessions(client: EngineClient, id: string) {
  return {
    open: EngineSession.open.bind(undefined, client, id),
    canEndInput: () => true,
  };
}
