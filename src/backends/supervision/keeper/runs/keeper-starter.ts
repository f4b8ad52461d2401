import type { ResolvedProcess } from '../../../../engine/spec/resolve/resolved-experiment.ts';
import type { ExperimentRecord, LaunchTraces } from '../../records/experiment-record.ts';

/** A run whose files are all in place. */
export interface KeeperToStart {
  readonly process: ResolvedProcess;
  readonly key: string;
  readonly launchFile: string;
  /** Common prefix of the run's files. */
  readonly runPath: string;
  readonly logFile: string;
}

/** How a backend on this host starts keepers. Such backends share everything else. */
export interface KeeperStarter {
  /**
   * Starts the keepers of several runs; resolves once they are starting, with why some could not be started, by key.
   * Rejects if it is unknown which runs were started.
   */
  startKeepers(record: ExperimentRecord, runs: readonly KeeperToStart[]): Promise<ReadonlyMap<string, Error>>;
  /** Removes what was created for a launch outside of the experiment's folder, after all of it has ended. */
  removeTraces(launch: LaunchTraces): Promise<void>;
}
