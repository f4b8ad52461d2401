import { constants } from 'node:os';
import type { RunEnding } from '../../../engine/rules/process-runtime.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { ContainerState } from '../api/engine-objects.ts';

/** What an engine that was started again says of its absence. */
export interface EngineStart {
  /** Milliseconds since 1970; undefined if that is not known. */
  readonly startedAt: number | undefined;
  /** Whether containers go on while it is stopped. */
  readonly livesOn: boolean;
}

/** What an engine says of a container that has ended without it, as when its machine was switched off. */
const unknownCode = 255;

/**
 * Whether a container whose end was not observed was ended because its engine was: the engine has been started since, and
 * the container ended by a signal that engines send. An engine does not keep why it ended a container.
 */
export function endedWithEngine(
  state: Pick<ContainerState, 'ExitCode' | 'StartedAt' | 'FinishedAt' | 'OOMKilled'>,
  { stop }: Pick<ResolvedProcess, 'stop'>,
  { startedAt, livesOn }: EngineStart,
): boolean {
  if (startedAt === undefined || livesOn || state.OOMKilled === true) return false;
  if (startedAt < Date.parse(state.FinishedAt)) return false;
  const sent = [constants.signals[`SIG${stop.signal}`], constants.signals.SIGKILL];
  return state.ExitCode === unknownCode || sent.some((signal) => state.ExitCode === 128 + signal);
}

/** How a run ended that its engine ended because the engine was stopped: nothing can be said of the process itself. */
export function engineStopEnding({
  ExitCode: exitCode,
  FinishedAt,
}: Pick<ContainerState, 'ExitCode' | 'FinishedAt'>): RunEnding {
  const time = Date.parse(FinishedAt);
  return { time: time > 0 ? time : Date.now(), reason: `its engine was stopped while it ran (exit code ${exitCode})` };
}
