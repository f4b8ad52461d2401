import type { RunEnding } from '../../../engine/rules/process-runtime.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { signalNames } from '../../../engine/text/describe-ending.ts';
import { formatBytes } from '../../../engine/text/quantities.ts';
import { readTimedTail } from '../../kit/logs/timed-log.ts';
import { explainEnd } from '../../supervision/runs/explain-end.ts';
import type { EngineClient } from '../api/engine-client.ts';
import type { Container, ContainerState } from '../api/engine-objects.ts';
import { readPreambleProgress } from '../inside/preamble-progress.ts';
import { containerLog } from '../logs/read-log.ts';

/** The number of a signal that an engine sent to a container; Podman says only that it sent one. */
export type SentSignal = number | 'unknown';

/** Exit codes of containers that a signal ended begin after this. */
const signalBase = 128;

/**
 * How the run of an ended container ended.
 * @param memory its limit in bytes
 * @param sent the last signal that its engine sent to it
 */
export function containerEnding(state: ContainerState, memory: number | undefined, sent?: SentSignal): RunEnding {
  const { ExitCode: exitCode, OOMKilled: isOutOfMemory, Error: error = '' } = state;
  const finished = Date.parse(state.FinishedAt);
  // A container that was never started has the year 1.
  const time = finished > 0 ? finished : Date.now();
  if (error !== '') return { exitCode, time, reason: `cannot be started: ${startError(error)}` };
  if (isOutOfMemory) {
    const limit = memory === undefined ? 'by its machine' : `at its limit of ${formatBytes(memory)}`;
    return { exitCode, signal: 'SIGKILL', time, reason: `out of memory: killed ${limit} (exit code ${exitCode})` };
  }
  const number = exitCode - signalBase;
  const signal = sent === 'unknown' || sent === number ? signalNames[number] : undefined;
  return { exitCode, ...(signal === undefined ? {} : { signal }), time };
}

/** The end of a log that can say why a command was not found. */
const explainingLines = 20;

/** How a run ended, with what its preamble and its output say about it. */
export async function explainContainerEnd(
  client: EngineClient,
  { Id: id, State: state, Config }: Container,
  member: ResolvedProcess,
  sent: SentSignal | undefined,
): Promise<{ readonly ending: RunEnding; readonly wasReady: boolean }> {
  const ending = containerEnding(state, member.resources.memory, sent);
  // Inits exit with these codes if they cannot start the command: that of Docker with the first two, that of Podman with 1.
  const isMissing = [126, 127, 1].includes(ending.exitCode ?? 0);
  // The end itself matters more than its explanation.
  const progress =
    member.preamble.length === 0 ? undefined : await readPreambleProgress(client, id).catch(() => undefined);
  const lines = isMissing
    ? await readTimedTail(containerLog(client, id, Config.Tty ?? false), { tail: explainingLines }).catch(() => [])
    : [];
  const output = lines.map(({ text }) => text).join('\n');
  const refusal = isMissing ? initRefusal(output, member.command) : undefined;
  if (refusal !== undefined) return { ending: { ...ending, ...refusal }, wasReady: false };
  return explainEnd(member, ending, { progress, output });
}

/**
 * What the init of a container writes about a command that it cannot start, with the exit code that a shell gives for it;
 * undefined if it has not.
 */
export function initRefusal(
  output: string,
  command: string | readonly string[],
): Pick<RunEnding, 'exitCode' | 'reason'> | undefined {
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  const [, named, why] =
    /^\[FATAL tini \(\d+\)\] exec (.*) failed: (.*)$/.exec(last) ??
    /^ERROR \(catatonit:\d+\): failed to exec (pid1): (.*)$/.exec(last) ??
    [];
  if (named === undefined || why === undefined) return undefined;
  const program = named === 'pid1' && typeof command !== 'string' ? (command[0] ?? named) : named;
  const exitCode = /permission denied/i.test(why) ? 126 : 127;
  return { exitCode, reason: `cannot be started: ${program}: ${why.toLowerCase()}` };
}

/** The message of the innermost program, without the prefixes of the programs that passed it on. */
export function startError(said: string): string {
  const [line = ''] = said.trim().split('\n');
  const found = /exec: "?.*$/.exec(line)?.[0] ?? /chdir to cwd .*$/.exec(line)?.[0] ?? line;
  return found.replace(/: unknown$/, '').slice(0, 400);
}

/**
 * The exit code that a shell gives for a command that an engine could not start; undefined if something else was wrong.
 * @param said what the engine answered
 * @param exitCode of its container, which Podman does not set
 */
export function refusedCommandCode(said: string, exitCode: number | undefined): 126 | 127 | undefined {
  if (exitCode === 126 || exitCode === 127) return exitCode;
  if (!/exec: "/.test(said)) return undefined;
  if (/permission denied/i.test(said)) return 126;
  return /not found|no such file/i.test(said) ? 127 : undefined;
}
