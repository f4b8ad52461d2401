import { isReadyAtStart } from '../../../../engine/rules/ready-at-start.ts';
import type { ResolvedProcess } from '../../../../engine/spec/resolve/resolved-experiment.ts';
import type { RunnerContext } from '../../runs/runner.ts';
import { LivenessChecker } from '../liveness/liveness-checker.ts';
import { ReadinessChecker } from '../readiness/readiness-checker.ts';
import type { KeeperFiles } from './keeper-files.ts';

/** Checks whether the current runs of an experiment are ready, and whether they hang. */
export class RunChecks {
  readonly #context: RunnerContext;
  readonly #files: KeeperFiles;
  readonly #readiness: ReadinessChecker;
  readonly #liveness: LivenessChecker;

  constructor(context: RunnerContext, files: KeeperFiles) {
    const { barrier, reports } = context;
    this.#context = context;
    this.#files = files;
    this.#readiness = new ReadinessChecker(barrier, { onReady: reports.ready, onWaiting: reports.waiting });
    this.#liveness = new LivenessChecker(barrier, reports.hangs);
  }

  /** Checks the run that a process has begun. */
  begin(key: string): void {
    this.#beginReadiness(key);
    this.#beginLiveness(key);
  }

  /** Checks the run of a process no longer. */
  end(key: string): void {
    this.#readiness.remove(key);
    this.#liveness.remove(key);
  }

  close(): void {
    this.#readiness.close();
    this.#liveness.close();
  }

  #beginReadiness(key: string): void {
    const { record, runtime } = this.#context;
    const { state, pid, startTime = '', runs } = runtime(key);
    const resolvedProcess = this.#process(key);
    if (state !== 'starting' || isReadyAtStart(resolvedProcess)) return;
    this.#readiness.add(key, {
      process: resolvedProcess,
      mark: { launchId: record.launchId, group: resolvedProcess.group ?? '', name: resolvedProcess.name },
      pid,
      startTime,
      services: record.services,
      launchFile: this.#files.launchFile(key),
      progressFile: this.#files.preambleProgress(key),
      logFile: this.#files.log(key),
      logOffset: runs.at(-1)?.logOffset ?? 0,
    });
  }

  #beginLiveness(key: string): void {
    const { record, runtime } = this.#context;
    const { run, runs } = runtime(key);
    const { alive, shell } = this.#process(key);
    if (alive === null) return;
    this.#liveness.add(key, alive, {
      run,
      startedAt: Date.parse(runs.at(-1)?.startedAt ?? '') || Date.now(),
      services: record.services,
      launchFile: this.#files.launchFile(key),
      shell,
      logFile: this.#files.log(key),
      wasReady: () => runtime(key).state === 'running',
    });
  }

  #process(key: string): ResolvedProcess {
    return this.#context.processes.get(key) as ResolvedProcess;
  }
}
