import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { ExperimentRecord, LaunchTraces } from '../records/experiment-record.ts';

/** One run whose files are all in place. */
export interface RunToStart {
  readonly process: ResolvedProcess;
  readonly key: string;
  readonly run: number;
  readonly launchFile: string;
  /** Common prefix of the run's files. */
  readonly runPath: string;
  readonly logFile: string;
}

/** How a backend on this machine starts keepers. Backends share everything else. */
export interface RunStarter {
  /**
   * Starts the keepers of several runs; resolves once they are starting, with why some could not be started, by key.
   * Throws if it is unknown which runs were started.
   */
  start(record: ExperimentRecord, runs: readonly RunToStart[]): Promise<ReadonlyMap<string, Error>>;
  /** Removes what the backend created for a launch, after all of it has ended. */
  end(launch: LaunchTraces): Promise<void>;
}
