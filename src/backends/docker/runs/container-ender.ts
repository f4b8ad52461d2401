import { setTimeout as delay } from 'node:timers/promises';
import { phraseOf } from '../../../engine/contract/errors.ts';
import { formatProcess, isAlive } from '../../../engine/contract/status.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { RunnerContext } from '../../supervision/runs/runner.ts';
import { type EngineClient, shortId } from '../api/engine-client.ts';
import { isStatus } from '../api/engine-error.ts';
import { type ListedContainer, phaseOf } from '../api/engine-objects.ts';
import { runOf } from '../containers/labels.ts';

/** How long a container may take to end after SIGKILL. */
const killMilliseconds = 15_000;
/** An engine does not report every end while it restarts, so that it is asked too. */
const askMilliseconds = 2_000;
const maxWaitMilliseconds = 100;

/** Ends containers: by the stop signal of their process, and by SIGKILL after its timeout. */
export class ContainerEnder {
  readonly #client: EngineClient;
  readonly #context: RunnerContext;
  #killsAtOnce = false;
  /** Ids of containers that were sent a signal. */
  readonly #signalled = new Set<string>();

  constructor(client: EngineClient, context: RunnerContext) {
    this.#client = client;
    this.#context = context;
  }

  killAtOnce(isWanted: boolean): void {
    this.#killsAtOnce = isWanted;
  }

  /** Whether the end of a container was begun here. */
  hasSignalled(id: string): boolean {
    return this.#signalled.has(id);
  }

  /**
   * Ends all containers of processes, those of earlier runs included.
   * @param listed the containers of the launch
   * @returns what could not be ended, in words, by key
   */
  async end(keys: readonly string[], listed: readonly ListedContainer[]): Promise<ReadonlyMap<string, string>> {
    const leftovers = new Map<string, string>();
    const running = listed.flatMap((container) => {
      const key = runOf(container.Labels)?.key;
      return key !== undefined && phaseOf(container.State) === 'up' && keys.includes(key) ? [{ key, container }] : [];
    });
    await Promise.all(
      running.map(async ({ key, container }) => {
        const member = this.#context.processes.get(key) as ResolvedProcess;
        const problem = await this.#end(container, member, key).catch(phraseOf);
        if (problem !== undefined) leftovers.set(key, `${formatProcess(member)}: ${problem}`);
      }),
    );
    return leftovers;
  }

  async #end({ Id: id, State: state, Labels }: ListedContainer, { stop }: ResolvedProcess, key: string) {
    const run = runOf(Labels)?.run;
    const isReported = () => {
      const runtime = this.#context.runtime(key);
      return runtime.run !== run || !isAlive(runtime.state);
    };
    this.#signalled.add(id);
    if (state === 'paused') await this.#client.unpause(id).catch(ignoreUnpaused);
    if (!this.#killsAtOnce) {
      await this.#client.kill(id, `SIG${stop.signal}`);
      if (await this.#waitForEnd(id, isReported, stop.timeout * 1000, () => this.#killsAtOnce)) return undefined;
    }
    await this.#client.kill(id, 'SIGKILL');
    if (await this.#waitForEnd(id, isReported, killMilliseconds, () => false)) return undefined;
    return `its container ${shortId(id)} did not end within ${killMilliseconds / 1000} s of SIGKILL`;
  }

  async #waitForEnd(
    id: string,
    isReported: () => boolean,
    milliseconds: number,
    isGivenUp: () => boolean,
  ): Promise<boolean> {
    const deadline = performance.now() + milliseconds;
    let nextAsk = performance.now() + Math.min(askMilliseconds, milliseconds);
    while (!isReported()) {
      const now = performance.now();
      if (now >= nextAsk || now >= deadline) {
        const container = await this.#client.inspect(id);
        if (container === undefined || phaseOf(container.State.Status) !== 'up') return true;
        nextAsk = performance.now() + askMilliseconds;
      }
      if (now >= deadline || isGivenUp()) return false;
      await Promise.race([this.#context.until(isReported, maxWaitMilliseconds), delay(maxWaitMilliseconds)]);
    }
    return true;
  }
}

function ignoreUnpaused(error: unknown): void {
  // It is not paused any more.
  if (!isStatus(error, 404, 409, 500)) throw error;
}
