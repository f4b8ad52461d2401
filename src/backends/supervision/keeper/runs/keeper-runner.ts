import { existsSync } from 'node:fs';
import type { ExperimentRecord, LaunchTraces } from '../../records/experiment-record.ts';
import type { ExperimentRunner, LogKeeping, PreparedLaunch, Runner, RunnerContext } from '../../runs/runner.ts';
import { archiveLogs } from '../logs/archive-logs.ts';
import { endDamaged, findTraces } from './end-damaged.ts';
import { findKeeperRuns } from './find-keeper-runs.ts';
import { KeeperFiles } from './keeper-files.ts';
import { KeeperRuns } from './keeper-runs.ts';
import type { KeeperStarter, KeeperToStart } from './keeper-starter.ts';
import { checkLaunch, makeFolders, writeLaunchFiles } from './prepare-launch.ts';
import { updateLaunchFiles } from './update-launch.ts';

/**
 * Runs processes on this host, each under a keeper: a few lines of shell that outlive the supervisor and write the exit
 * status of the run into a file. Backends on this host differ in how keepers are started.
 */
export abstract class KeeperRunner implements Runner, KeeperStarter {
  readonly findRuns = findKeeperRuns;

  abstract startKeepers(record: ExperimentRecord, runs: readonly KeeperToStart[]): Promise<ReadonlyMap<string, Error>>;

  abstract removeTraces(launch: LaunchTraces): Promise<void>;

  addressOf(): { readonly host: string; readonly listenHost: string } {
    return { host: '127.0.0.1', listenHost: '127.0.0.1' };
  }

  async check(launch: PreparedLaunch): Promise<void> {
    checkLaunch(launch);
  }

  async prepare(launch: PreparedLaunch): Promise<void> {
    const files = new KeeperFiles(launch.folder);
    await makeFolders(files);
    await writeLaunchFiles(files, launch);
  }

  async update(launch: Omit<PreparedLaunch, 'shell'>, added: readonly string[]): Promise<void> {
    await updateLaunchFiles(new KeeperFiles(launch.folder), launch, added);
  }

  open(experiment: RunnerContext): ExperimentRunner {
    return new KeeperRuns(experiment, this);
  }

  async endDamaged(folder: string, traces: Partial<LaunchTraces>): Promise<readonly string[]> {
    if (!existsSync(folder)) return [];
    return endDamaged(folder, traces);
  }

  keepDamagedLogs(folder: string, _traces: Partial<LaunchTraces>, keeping: LogKeeping): Promise<readonly string[]> {
    const files = new KeeperFiles(folder);
    // Where runs begin in a log is only in the record of their state.
    const found = files.loggedKeys().map((key) => ({ key, path: files.log(key), runs: [] }));
    return archiveLogs(found, keeping);
  }

  async removeDamaged(folder: string, traces: Partial<LaunchTraces>): Promise<readonly string[]> {
    const launch = findTraces(folder, traces);
    if (launch !== undefined) await this.removeTraces(launch);
    return [];
  }
}
