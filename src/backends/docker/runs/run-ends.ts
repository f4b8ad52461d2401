import { setTimeout as delay } from 'node:timers/promises';
import { hasStarted, type RunEnding } from '../../../engine/rules/process-runtime.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { RunnerContext } from '../../supervision/runs/runner.ts';
import { type Container, phaseOf } from '../api/engine-objects.ts';
import { factsOf } from '../launch/prepare-launch.ts';
import { explainContainerEnd, type SentSignal } from './describe-end.ts';
import type { EngineLink } from './engine-link.ts';
import { endedWithEngine, engineStopEnding } from './engine-stop.ts';
import type { RunChecks } from './run-checks.ts';

/** How often, and how far apart, a container is read that says that it is still stopping. */
const maxInspections = 20;
const inspectionMilliseconds = 100;

export interface RunEndsOptions {
  readonly checks: RunChecks;
  /** Whether the end of a container was begun by Symphony. @param id of the container */
  readonly hasSignalled: (id: string) => boolean;
  /** Called after each report. */
  readonly onEnd: () => void;
}

/** Finds out how runs ended, and reports it. */
export class RunEnds {
  readonly #link: EngineLink;
  readonly #context: RunnerContext;
  readonly #options: RunEndsOptions;
  /** The last signal that the engine sent to a container, by its id. */
  readonly #signals = new Map<string, SentSignal>();

  constructor(link: EngineLink, context: RunnerContext, options: RunEndsOptions) {
    this.#link = link;
    this.#context = context;
    this.#options = options;
  }

  /** Notes that the engine sent a signal to a container. */
  noteSignal(id: string, signal: SentSignal): void {
    this.#signals.set(id, signal);
  }

  /** The engine says that the container of a run has ended. @param code its exit code, which Podman may leave out */
  async onDie(key: string, run: number, id: string, code: string | undefined): Promise<void> {
    const isSignalled = !this.#isOfPodman && this.#signals.has(id) && !this.#options.hasSignalled(id);
    const exitCode = Number(code);
    const heardAt = Date.now();
    const container = await this.#inspectDead(id).catch(() => undefined);
    if (isSignalled && (await this.#link.isStopping())) {
      const state = { ExitCode: exitCode, FinishedAt: container?.State.FinishedAt ?? '' };
      this.#report(key, run, engineStopEnding(state));
    } else if (container === undefined) this.noteRemoved(key, run);
    // It is being started again by hand, after that end: its state says nothing of it any more.
    else if (phaseOf(container.State.Status) !== 'ended' && hasStarted(this.#context.runtime(key))) {
      const { Status, StartedAt } = container.State;
      const time = phaseOf(Status) === 'up' ? Math.min(heardAt, Date.parse(StartedAt)) : heardAt;
      const end = code === undefined ? { reason: 'its container was started again by hand' } : { exitCode };
      this.#report(key, run, { ...end, time });
    } else if (phaseOf(container.State.Status) === 'ended') await this.#explain(key, run, container);
  }

  /** What a container is after it has died: Podman says for a moment that it is still stopping. */
  async #inspectDead(id: string): Promise<Container | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      const container = await this.#link.client.inspect(id);
      if (container?.State.Status !== 'stopping' || attempt === maxInspections) return container;
      await delay(inspectionMilliseconds);
    }
  }

  noteRemoved(key: string, run: number): void {
    this.#report(key, run, { time: Date.now(), reason: 'its container was removed' });
  }

  /** Notes an end that happened while nothing was heard of the engine. */
  async noteUnseen(key: string, run: number, id: string): Promise<void> {
    const container = await this.#link.client.inspect(id);
    const start = container === undefined || this.#isOfPodman ? undefined : await this.#link.engineStart();
    if (container !== undefined && start !== undefined && endedWithEngine(container.State, this.#process(key), start))
      this.#report(key, run, engineStopEnding(container.State));
    else await this.note(key, run, id);
  }

  /** Reports the end of a run, if its container has ended. */
  async note(key: string, run: number, id: string): Promise<void> {
    const container = await this.#link.client.inspect(id);
    if (container === undefined) this.noteRemoved(key, run);
    else if (phaseOf(container.State.Status) === 'ended') await this.#explain(key, run, container);
  }

  async #explain(key: string, run: number, container: Container): Promise<void> {
    const { runtime, reports } = this.#context;
    const signal = this.#signals.get(container.Id);
    this.#signals.delete(container.Id);
    const { ending, wasReady } = await explainContainerEnd(this.#link.client, container, this.#process(key), signal);
    // It was ready, if only for a moment that no check saw.
    if (wasReady && runtime(key).run === run && runtime(key).state === 'starting') reports.ready(key);
    this.#report(key, run, ending);
  }

  #report(key: string, run: number, ending: RunEnding): void {
    if (this.#context.runtime(key).run === run) this.#options.checks.end(key);
    this.#context.reports.ended(key, run, ending);
    this.#options.onEnd();
  }

  /** Its containers go on while its service does not run. */
  get #isOfPodman(): boolean {
    return factsOf(this.#context.record).isPodman;
  }

  #process(key: string): ResolvedProcess {
    return this.#context.processes.get(key) as ResolvedProcess;
  }
}
