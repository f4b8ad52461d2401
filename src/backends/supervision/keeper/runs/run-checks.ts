import { statSync } from 'node:fs';
import { isReadyAtStart } from '../../../../engine/rules/ready-at-start.ts';
import type { ResolvedProcess } from '../../../../engine/spec/resolve/resolved-experiment.ts';
import type { RepeatedCheck } from '../../../../engine/text/describe-hang.ts';
import { LivenessChecker } from '../../liveness/liveness-checker.ts';
import type { StartedCheck } from '../../liveness/liveness-watches.ts';
import type { RunnerContext } from '../../runs/runner.ts';
import { CheckCommand } from '../checks/check-command.ts';
import { checkConnection } from '../checks/check-connection.ts';
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
    const { runtime } = this.#context;
    const { run, runs } = runtime(key);
    const { alive } = this.#process(key);
    if (alive === null) return;
    this.#liveness.add(key, alive, {
      run,
      startedAt: Date.parse(runs.at(-1)?.startedAt ?? '') || Date.now(),
      readLastOutput: async () => lastWrite(this.#files.log(key)),
      startCheck: (check, onAnswer) => this.#startCheck(key, check, onAnswer),
      wasReady: () => runtime(key).state === 'running',
    });
  }

  #startCheck(key: string, check: RepeatedCheck, onAnswer: (answer: string | null | undefined) => void): StartedCheck {
    if (check.kind === 'command') {
      return new CheckCommand({
        launchFile: this.#files.launchFile(key),
        shell: this.#process(key).shell,
        command: check.command,
        onEnd: (outcome) => onAnswer('answer' in outcome ? outcome.answer : undefined),
      });
    }
    const found = this.#context.record.services.find(({ name }) => name === check.service);
    if (found === undefined) throw new Error(`there is no service ${check.service}`);
    return checkConnection(found, onAnswer);
  }

  #process(key: string): ResolvedProcess {
    return this.#context.processes.get(key) as ResolvedProcess;
  }
}

/** When a log was last written to; undefined if it was removed or cannot be reached: what the run writes is then unknown. */
function lastWrite(logFile: string): number | undefined {
  try {
    return statSync(logFile).mtimeMs;
  } catch {
    return undefined;
  }
}
