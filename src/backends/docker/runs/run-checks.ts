import { setTimeout as delay } from 'node:timers/promises';
import { isReadyAtStart } from '../../../engine/rules/ready-at-start.ts';
import { shellCommand } from '../../../engine/shell/command-line.ts';
import { describeProgress } from '../../../engine/shell/preamble-progress.ts';
import { compilePattern } from '../../../engine/spec/pattern.ts';
import type { AssignedService } from '../../../engine/spec/resolve/networking.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { formatAddress } from '../../../engine/text/format-address.ts';
import { LivenessChecker } from '../../supervision/liveness/liveness-checker.ts';
import type { RunnerContext } from '../../supervision/runs/runner.ts';
import type { EngineClient } from '../api/engine-client.ts';
import { checkInContainer } from '../inside/check-in-container.ts';
import { LastOutput } from '../inside/last-output.ts';
import { ListeningPorts } from '../inside/listening-ports.ts';
import { readPreambleProgress } from '../inside/preamble-progress.ts';
import { followLines } from '../logs/read-log.ts';

const initialPauseMilliseconds = 50;
const maxPauseMilliseconds = 1_000;
/** Most runs become ready within this time. The reason for waiting is reported only after that. */
const quietMilliseconds = 500;
const commandPauseMilliseconds = 1_000;

/** Checks when the current runs of an experiment become ready, and whether they hang. */
export class RunChecks {
  readonly #client: EngineClient;
  readonly #context: RunnerContext;
  readonly #checks = new Map<string, { readonly id: string; readonly controller: AbortController }>();
  readonly #liveness: LivenessChecker;

  constructor(client: EngineClient, context: RunnerContext) {
    this.#client = client;
    this.#context = context;
    this.#liveness = new LivenessChecker(context.barrier, context.reports.hangs);
  }

  /** Checks the run of a process in this container, once. */
  begin(key: string, id: string): void {
    const { runtime, processes } = this.#context;
    const member = processes.get(key) as ResolvedProcess;
    if (this.#checks.get(key)?.id === id) return;
    this.end(key);
    const controller = new AbortController();
    this.#checks.set(key, { id, controller });
    this.#beginLiveness(key, id, member, controller.signal);
    if (runtime(key).state === 'starting' && !isReadyAtStart(member)) this.#beginReadiness(key, id, member, controller);
  }

  #beginReadiness(key: string, id: string, member: ResolvedProcess, controller: AbortController): void {
    void this.#context.barrier.runAsync(`checking whether ${key} is ready`, async () => {
      const isReady = await this.#untilReady(key, id, member, controller.signal).catch((error: unknown) => {
        if (controller.signal.aborted) return false;
        throw error;
      });
      if (isReady && !controller.signal.aborted) this.#context.reports.ready(key);
    });
  }

  /** Checks the run of a process no longer. */
  end(key: string): void {
    this.#checks.get(key)?.controller.abort();
    this.#checks.delete(key);
    this.#liveness.remove(key);
  }

  close(): void {
    for (const key of [...this.#checks.keys()]) this.end(key);
    this.#liveness.close();
  }

  #beginLiveness(key: string, id: string, { alive, shell }: ResolvedProcess, signal: AbortSignal): void {
    if (alive === null) return;
    const { record, runtime } = this.#context;
    const { run, runs } = runtime(key);
    const ports = new ListeningPorts(this.#client, id);
    const output = new LastOutput(this.#client, id, signal);
    this.#liveness.add(key, alive, {
      run,
      startedAt: Date.parse(runs.at(-1)?.startedAt ?? '') || Date.now(),
      wasReady: () => runtime(key).state === 'running',
      readLastOutput: () => output.read(),
      startCheck: (check, onAnswer) => {
        const controller = new AbortController();
        const within = AbortSignal.any([signal, controller.signal]);
        const answer =
          check.kind === 'command'
            ? this.#checkCommand(id, shellCommand(shell, check.command), within)
            : this.#checkService(
                ports,
                record.services.find(({ name }) => name === check.service),
                within,
              );
        answer.then(
          (said) => within.aborted || onAnswer(said),
          () => within.aborted || onAnswer(undefined),
        );
        return { close: () => controller.abort() };
      },
    });
  }

  async #checkCommand(id: string, argv: readonly string[], signal: AbortSignal): Promise<string | null | undefined> {
    const outcome = await checkInContainer(this.#client, id, argv, signal);
    return 'answer' in outcome ? outcome.answer : undefined;
  }

  async #checkService(ports: ListeningPorts, service: AssignedService | undefined, signal: AbortSignal) {
    const listening = await ports.read(signal);
    if (listening === undefined || service === undefined) return undefined;
    return listening.has(service.port) ? null : `nothing listens on ${formatAddress(service.host, service.port)}`;
  }

  async #untilReady(key: string, id: string, member: ResolvedProcess, signal: AbortSignal): Promise<boolean> {
    const { ready } = member;
    switch (ready.kind) {
      case 'started':
        return this.#repeat(key, signal, async () => {
          const progress = await readPreambleProgress(this.#client, id, signal);
          return progress?.isOver ? undefined : describeProgress(progress);
        });
      case 'listening': {
        const ports = new ListeningPorts(this.#client, id);
        const services = this.#context.record.services.filter(({ name }) => ready.services.includes(name));
        return this.#repeat(key, signal, async () => {
          const listening = await ports.read(signal);
          if (listening === undefined) return 'which ports it listens on cannot be found out';
          const missing = services.find(({ port }) => !listening.has(port));
          if (missing === undefined) return undefined;
          return `nothing listens on ${formatAddress(missing.host, missing.port)} (service ${missing.name}) yet`;
        });
      }
      case 'log': {
        const pattern = compilePattern(ready.pattern);
        this.#context.reports.waiting(key, `no log line matches /${ready.pattern}/ yet`, false);
        for await (const lines of followLines(this.#client, id, signal))
          if (lines.some(({ text }) => pattern.test(text))) return true;
        return false;
      }
      case 'command': {
        const argv = shellCommand(member.shell, ready.command);
        return this.#repeat(
          key,
          signal,
          async () => {
            const outcome = await checkInContainer(this.#client, id, argv, signal);
            if ('notRun' in outcome) return `the readiness command cannot be run: ${outcome.notRun}`;
            return outcome.answer === null ? undefined : `the readiness command failed: ${outcome.answer}`;
          },
          commandPauseMilliseconds,
        );
      }
    }
  }

  /** Looks until there is no reason to wait any more. */
  async #repeat(
    key: string,
    signal: AbortSignal,
    look: () => Promise<string | undefined>,
    firstPause = initialPauseMilliseconds,
  ): Promise<boolean> {
    const since = performance.now();
    for (let pause = firstPause; !signal.aborted; pause = Math.min(pause * 1.5, maxPauseMilliseconds)) {
      const reason = await look();
      if (signal.aborted) return false;
      if (reason === undefined) return true;
      if (performance.now() - since >= quietMilliseconds) this.#context.reports.waiting(key, reason, false);
      await delay(pause, undefined, { signal }).catch(() => undefined);
    }
    return false;
  }
}
