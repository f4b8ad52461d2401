import type { LogLine, LogOptions } from '../../../engine/contract/logs.ts';
import type { ProcessReference } from '../../../engine/contract/status.ts';
import { mergeByTime } from '../../kit/logs/merge-by-time.ts';
import { mergeStreams } from '../../kit/logs/merge-streams.ts';
import type { ExperimentFolder } from '../../supervision/records/experiment-folder.ts';
import type { ExperimentRecord } from '../../supervision/records/experiment-record.ts';
import type { EngineClient } from '../api/engine-client.ts';
import { ProcessLog } from './process-log.ts';
import { RecordedRuns } from './recorded-runs.ts';

export interface LogSource {
  readonly client: EngineClient;
  readonly record: Pick<ExperimentRecord, 'name' | 'launchId'>;
  readonly folder: ExperimentFolder;
}

/** Yields the lines of several processes: those so far in order of time, and then as they come. */
export async function* readLogs(
  { client, record, folder }: LogSource,
  processes: readonly ProcessReference[],
  options: LogOptions,
): AsyncGenerator<readonly LogLine[]> {
  const launch = { experiment: record.name, launchId: record.launchId };
  const ending = new AbortController();
  const signal = options.signal === undefined ? ending.signal : AbortSignal.any([ending.signal, options.signal]);
  const isMerged = processes.length > 1;
  const logs = processes.map((reference) => {
    const runs = new RecordedRuns(folder, reference);
    // The order of several logs comes from their times.
    const own = { ...options, signal, timestamps: options.timestamps || isMerged };
    return new ProcessLog({ client, launch, runs }, reference, own);
  });
  const shown = (lines: readonly LogLine[]) =>
    options.timestamps || !isMerged ? lines : lines.map(({ time, ...line }) => line);
  try {
    for await (const lines of mergeByTime(logs.map((log) => log.existing()))) yield shown(lines);
    if (!options.follow || options.until !== undefined) return;
    for await (const lines of mergeStreams(logs.map((log) => log.follow()))) if (lines.length > 0) yield shown(lines);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    ending.abort();
  }
}
