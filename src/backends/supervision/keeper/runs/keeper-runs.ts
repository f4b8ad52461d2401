import { existsSync, rmSync } from 'node:fs';
import { SymphonyError } from '../../../../engine/contract/errors.ts';
import { formatProcess, isAlive } from '../../../../engine/contract/status.ts';
import { hasStarted, maxRecordedRuns } from '../../../../engine/rules/process-runtime.ts';
import { lacksEnd } from '../../../../engine/rules/reported-end.ts';
import type { ResolvedProcess } from '../../../../engine/spec/resolve/resolved-experiment.ts';
import { advise } from '../../../../engine/text/advice.ts';
import type { ExperimentRunner, LogKeeping, RunnerContext, RunToStart, StartObstacle } from '../../runs/runner.ts';
import { archiveLogs } from '../logs/archive-logs.ts';
import { LogTrimmer } from '../logs/log-trimmer.ts';
import { describeRunLeftovers, endTarget, preventUnstarted, waitForExits } from './end-keeper-runs.ts';
import { endProcesses, findRunning } from './end-processes.ts';
import { explainEnd } from './explain-end.ts';
import { KeeperFiles } from './keeper-files.ts';
import type { KeeperStarter, KeeperToStart } from './keeper-starter.ts';
import { preflightCheck } from './preflight-check.ts';
import { makeFolders, writeGpuFile } from './prepare-launch.ts';
import { RunChecks } from './run-checks.ts';
import { preventRun, type RunFileName, readRunExit, readRunPid } from './run-files.ts';
import { RunWatcher } from './run-watcher.ts';
import { searchPathOf } from './search-path.ts';
import { SilentRuns } from './silent-runs.ts';

const keeperWaits = 'it has ended, but its keeper cannot write the exit code yet: is the disk full?';

/** The runs of one experiment under keepers, followed by the files that these write. */
export class KeeperRuns implements ExperimentRunner {
  readonly #context: RunnerContext;
  readonly #starter: KeeperStarter;
  readonly #files: KeeperFiles;
  readonly #checks: RunChecks;
  readonly #logs: LogTrimmer;
  readonly #silentRuns: SilentRuns;
  #watcher: RunWatcher | undefined;
  #killsAtOnce = false;

  constructor(context: RunnerContext, starter: KeeperStarter) {
    const { barrier, reports } = context;
    this.#context = context;
    this.#starter = starter;
    this.#files = new KeeperFiles(context.folder);
    this.#checks = new RunChecks(context, this.#files);
    this.#logs = new LogTrimmer(barrier, (path, notice) => reports.note(`${path}: ${notice}`));
    this.#silentRuns = new SilentRuns(context, this.#files, {
      onKeeperWaits: (key) => {
        this.#checks.end(key);
        reports.unclear(key, keeperWaits);
      },
      onNeverStarted: (key, run) => reports.neverStarted(key, run, 'it was never started: its keeper died'),
      onEnded: (key, run, ending) => {
        this.#endObservation(key);
        reports.ended(key, run, ending);
      },
    });
  }

  observe(): void {
    this.#watcher ??= new RunWatcher(this.#files.runs, (file) => this.#onFileSafely(file));
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#checks.close();
    this.#logs.close();
  }

  adopt(keys: readonly string[]): void {
    for (const key of keys) {
      this.#context.barrier.run(`taking over the run of ${key}`, () => {
        this.#trimLog(key);
        if (hasStarted(this.#context.runtime(key))) this.#checks.begin(key);
        this.#silentRuns.watch(key);
      });
    }
    this.#scan();
  }

  async poll(): Promise<void> {
    this.#scan();
    await this.#silentRuns.look();
  }

  preflight(key: string): StartObstacle | undefined {
    const resolvedProcess = this.#process(key);
    return preflightCheck({ ...resolvedProcess, searchPath: searchPathOf(this.#context.record, resolvedProcess) });
  }

  requireStartable(key: string): void {
    if (existsSync(this.#files.launchFile(key))) return;
    const what = `Process ${formatProcess(this.#process(key))} cannot be restarted: its launch file was removed.`;
    throw new SymphonyError('failed', what, {
      hint: advise((say) => `Launch the experiment again with ${say.option('force')}.`),
    });
  }

  outputOffset(key: string): number {
    return this.#logs.size(this.#files.log(key));
  }

  async start(runs: readonly RunToStart[]): Promise<ReadonlyMap<string, Error>> {
    const { record } = this.#context;
    for (const { key, run } of runs) {
      this.#trimLog(key);
      this.#removeOldRun(key, run - maxRecordedRuns);
    }
    await Promise.all(runs.map(({ key, gpus }) => gpus && writeGpuFile(this.#files, key, gpus)));
    const keepers = runs.map(({ key, run }) => this.#keeperOf(key, run));
    const failed = await this.#starter
      .startKeepers(record, keepers)
      .catch((error: Error) => new Map(runs.map(({ key }) => [key, error] as const)));
    const errors = new Map<string, Error>();
    for (const { key, runPath } of keepers) {
      const error = failed.get(key);
      // Despite the error, some runs of the batch may have been started.
      if (error !== undefined && (await preventRun(runPath))) errors.set(key, error);
    }
    return errors;
  }

  async findRunning(keys: readonly string[]): Promise<ReadonlySet<string>> {
    const targets = keys.map((key) => [key, endTarget(this.#context, this.#files, key)] as const);
    const running = await findRunning(targets.map(([, target]) => target));
    return new Set(targets.filter(([, target]) => running.has(target)).map(([key]) => key));
  }

  async end(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    this.#scan();
    await preventUnstarted(this.#context, this.#files, keys);
    this.#scan();
    const targets = keys.map((key) => [key, endTarget(this.#context, this.#files, key)] as const);
    const left = await endProcesses(
      targets.map(([, target]) => target),
      () => this.#killsAtOnce,
    );
    const leftovers = new Map<string, string>();
    for (const [key, target] of targets) {
      const stuck = left.get(target) ?? [];
      if (stuck.length > 0) leftovers.set(key, describeRunLeftovers(this.#process(key), stuck));
    }
    const ended = keys.filter((key) => !leftovers.has(key));
    this.#scan();
    await waitForExits(this.#context, ended);
    for (const key of ended) this.#endObservation(key);
    return leftovers;
  }

  killAtOnce(isWanted: boolean): void {
    this.#killsAtOnce = isWanted;
  }

  isIntact(): boolean {
    return existsSync(this.#files.runs) && existsSync(this.#files.logs);
  }

  async repair(): Promise<void> {
    await makeFolders(this.#files);
    this.#watcher?.close();
    this.#watcher = undefined;
    this.observe();
    this.#scan();
  }

  keepLogs(keeping: LogKeeping): Promise<readonly string[]> {
    const { processes, runtime } = this.#context;
    // Replicas that were removed by a change of their number have left their logs.
    const removed = this.#files.loggedKeys().filter((key) => !processes.has(key));
    const logs = [...processes.keys(), ...removed].map((key) => {
      const runs = processes.has(key) ? runtime(key).runs : [];
      return { key, path: this.#files.log(key), runs };
    });
    return archiveLogs(logs, keeping);
  }

  async remove(): Promise<readonly string[]> {
    await this.#starter.removeTraces(this.#context.record);
    return [];
  }

  /** Processes the files of runs that exist now. */
  #scan(): void {
    this.#watcher?.scan();
  }

  #onFileSafely(file: RunFileName): void {
    const step = `reading the ${file.kind} file of run ${file.run} of ${file.key}`;
    this.#context.barrier.run(step, () => this.#onFile(file));
  }

  #onFile({ key, run, kind }: RunFileName): void {
    const { runtime, reports } = this.#context;
    const current = runtime(key);
    const path = this.#files.run(key, run);
    if (current.run === run && isAlive(current.state) && !hasStarted(current)) {
      const identity = readRunPid(path);
      if (identity !== undefined) {
        reports.started(key, run, identity);
        if (hasStarted(runtime(key))) this.#checks.begin(key);
      }
    }
    if (kind !== 'exit' || !lacksEnd(runtime(key), run)) return;
    const exit = readRunExit(path);
    if (exit === undefined) return;
    if (current.run !== run) {
      reports.ended(key, run, exit);
      return;
    }
    this.#endObservation(key);
    const end = explainEnd(this.#process(key), exit, {
      progressFile: this.#files.preambleProgress(key),
      logFile: this.#files.log(key),
      logOffset: current.runs.at(-1)?.logOffset ?? 0,
    });
    // It was ready, if only for a moment that no check saw.
    if (end.wasReady && current.state === 'starting') reports.ready(key);
    reports.ended(key, run, end.ending);
  }

  #endObservation(key: string): void {
    this.#checks.end(key);
    this.#logs.look(this.#files.log(key));
  }

  #trimLog(key: string): void {
    this.#logs.add({ path: this.#files.log(key), limit: this.#process(key).logSize });
  }

  #removeOldRun(key: string, run: number): void {
    if (run <= 0) return;
    const path = this.#files.run(key, run);
    rmSync(`${path}.pid`, { force: true });
    rmSync(`${path}.exit`, { force: true });
  }

  #keeperOf(key: string, run: number): KeeperToStart {
    return {
      process: this.#process(key),
      key,
      launchFile: this.#files.launchFile(key),
      runPath: this.#files.run(key, run),
      logFile: this.#files.log(key),
    };
  }

  #process(key: string): ResolvedProcess {
    return this.#context.processes.get(key) as ResolvedProcess;
  }
}
