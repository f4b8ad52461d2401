import type { ResolvedProcess } from '../../engine/spec/resolved-experiment.ts';
import type { ExperimentRecord } from './experiment-record.ts';

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
  /** Starts the keepers of several runs; resolves once they are on their way. Throws if that cannot be done at all. */
  start(record: ExperimentRecord, runs: readonly RunToStart[]): Promise<void>;
  /** Removes what it made for an experiment, after all of it has ended. */
  end(record: ExperimentRecord): Promise<void>;
}
