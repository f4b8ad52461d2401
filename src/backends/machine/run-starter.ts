import type { ResolvedProcess } from '../../engine/spec/resolved-experiment.ts';
import type { ExperimentRecord, LaunchTraces } from './experiment-record.ts';

/** One run, all of whose files are in place. */
export interface RunToStart {
  readonly process: ResolvedProcess;
  readonly key: string;
  readonly run: number;
  readonly launchFile: string;
  /** What the run's files begin with. */
  readonly runPath: string;
  readonly logFile: string;
}

/** How a backend of this machine gets keepers going. Everything else it shares with the others. */
export interface RunStarter {
  /**
   * Starts the keepers of several runs; resolves once they are on their way, with why some could not be started, by key.
   * Throws if it is not known which were started.
   */
  start(record: ExperimentRecord, runs: readonly RunToStart[]): Promise<ReadonlyMap<string, Error>>;
  /** Removes what it made for a launch, after all of it has ended. */
  end(launch: LaunchTraces): Promise<void>;
}
