import { messageOf } from '../../../engine/contract/errors.ts';
import { systemErrorText } from '../../../engine/files/system-error.ts';
import { Archive, type PastExperiment } from '../../../engine/history/archive.ts';
import { type HistoryLimits, isHistoryOff, readHistoryLimits } from '../../../engine/history/history-limits.ts';
import { pruneByLimits } from '../../../engine/history/prune-history.ts';
import type { LogKeeping } from '../runs/runner.ts';

/** A deletion waits no longer than this for the history. */
const limitSeconds = 10;

/** What a deletion knows about the history. */
export interface Keeping {
  /** The limits of the deleting client; without them, those of this program's settings. */
  readonly limits?: HistoryLimits | undefined;
  /** Only for tests. */
  readonly limitSeconds?: number;
}

/**
 * Copies an experiment whose processes have ended into the history. Never fails, and never delays a deletion for long.
 * @param describe what is known of it
 * @param keepLogs see `ExperimentRunner.keepLogs`; undefined where no output is kept
 * @returns warnings about what could not be kept
 */
export async function keepHistory(
  describe: () => Omit<PastExperiment, 'notes'>,
  keepLogs: ((keeping: LogKeeping) => Promise<readonly string[]>) | undefined,
  options: Keeping = {},
): Promise<readonly string[]> {
  const seconds = options.limitSeconds ?? limitSeconds;
  const controller = new AbortController();
  const late = Promise.withResolvers<readonly string[]>();
  const timer = setTimeout(() => {
    controller.abort();
    late.resolve([notKept(`it took longer than ${seconds} s`)]);
  }, seconds * 1000);
  try {
    return await Promise.race([keep(describe, keepLogs, options, controller.signal), late.promise]);
  } catch (error) {
    return [notKept(reasonOf(error))];
  } finally {
    clearTimeout(timer);
  }
}

async function keep(
  describe: () => Omit<PastExperiment, 'notes'>,
  keepLogs: ((keeping: LogKeeping) => Promise<readonly string[]>) | undefined,
  { limits: given }: Keeping,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const limits = given ?? (await readHistoryLimits());
  if (isHistoryOff(limits)) return [];
  const past = describe();
  const archive = await Archive.begin(past.experiment);
  try {
    const keeping = { archive, logBytes: limits.logBytes, signal };
    const notes = (await keepLogs?.(keeping)) ?? [];
    signal.throwIfAborted();
    await archive.commit({ ...past, notes });
    await pruneByLimits(limits);
    return notes;
  } catch (error) {
    await archive.discard();
    throw error;
  }
}

function notKept(reason: string): string {
  return `it is not in the history: ${reason}`;
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? messageOf(error) : systemErrorText(error as NodeJS.ErrnoException);
}
