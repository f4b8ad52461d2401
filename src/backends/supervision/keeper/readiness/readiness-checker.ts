import { listeningPorts } from '../../../kit/ports/listening-ports.ts';
import type { FaultBarrier } from '../../runs/fault-barrier.ts';
import { findMembers } from '../runs/end-processes.ts';
import { ListeningCheck, LogCheck, PreambleCheck, type ReadinessCheck, type RunToCheck } from './readiness-checks.ts';
import { ReadinessCommand } from './readiness-command.ts';

const initialPauseMilliseconds = 20;
const maxPauseMilliseconds = 500;
/** Milliseconds within which most runs become ready. The reason for waiting is reported only after that. */
const quietMilliseconds = 500;

interface PendingCheck {
  readonly run: RunToCheck;
  readonly since: number;
  readonly check: ReadinessCheck;
}

export interface ReadinessEvents {
  readonly onReady: (key: string) => void;
  /**
   * Called at each check with why a run is not ready, also if the reason is unchanged, and whether that needs
   * intervention.
   */
  readonly onWaiting: (key: string, reason: string, isBlocked: boolean) => void;
}

/** Checks when runs become ready, all of them in one pass, and only while a run waits. */
export class ReadinessChecker {
  readonly #checks = new Map<string, PendingCheck>();
  readonly #barrier: FaultBarrier;
  readonly #events: ReadinessEvents;
  #timer: NodeJS.Timeout | undefined;
  #pause = initialPauseMilliseconds;

  constructor(barrier: FaultBarrier, events: ReadinessEvents) {
    this.#barrier = barrier;
    this.#events = events;
  }

  add(key: string, run: RunToCheck): void {
    this.remove(key);
    const check = this.#barrier.run(stepOf(key), () => this.#makeCheck(key, run));
    if (check === undefined) return;
    this.#checks.set(key, { run, check, since: performance.now() });
    this.#pause = initialPauseMilliseconds;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#schedule();
  }

  remove(key: string): void {
    this.#checks.get(key)?.check.close();
    this.#checks.delete(key);
    this.#barrier.succeed(stepOf(key));
    if (this.#checks.size === 0) this.close();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { check } of this.#checks.values()) check.close();
    this.#checks.clear();
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#checks.size === 0) return;
    this.#timer = setTimeout(async () => {
      await this.#barrier.runAsync('checking which processes are ready', () => this.#look());
      this.#timer = undefined;
      this.#pause = Math.min(this.#pause * 1.5, maxPauseMilliseconds);
      this.#schedule();
    }, this.#pause);
  }

  async #look(): Promise<void> {
    const listening = await listeningPorts();
    const listeners = [...this.#checks.values()].filter(({ check }) => check.needsMembers(listening));
    const members = await findMembers(listeners.map(({ run }) => run));
    const now = performance.now();
    for (const [key, pending] of [...this.#checks]) {
      const { run, check, since } = pending;
      // The run was added during this pass, so the next pass checks it.
      if (check.needsMembers(listening) && !members.has(run)) continue;
      this.#barrier.run(stepOf(key), () => {
        const reason = check.look(listening, members.get(run) ?? []);
        if (reason === undefined) this.#ready(key);
        else if (now - since >= quietMilliseconds) this.#events.onWaiting(key, reason, check.isBlocked ?? false);
      });
    }
  }

  #ready(key: string): void {
    if (!this.#checks.has(key)) return;
    this.remove(key);
    this.#events.onReady(key);
  }

  #makeCheck(key: string, run: RunToCheck): ReadinessCheck {
    const { ready, shell } = run.process;
    switch (ready.kind) {
      case 'started':
        return new PreambleCheck(run);
      case 'listening':
        return new ListeningCheck(run, ready.services);
      case 'log':
        return new LogCheck(run, ready.pattern);
      case 'command': {
        const guard = (action: () => void) => this.#barrier.run(stepOf(key), action);
        const onSuccess = () => this.#ready(key);
        const { launchFile } = run;
        const command = new ReadinessCommand({ launchFile, shell, command: ready.command, onSuccess, guard });
        return { needsMembers: () => false, look: () => command.answer, close: () => command.close() };
      }
    }
  }
}

function stepOf(key: string): string {
  return `checking whether ${key} is ready`;
}
