import type { Backend } from '../contract/backend.ts';
import type { Capabilities } from '../contract/capabilities.ts';
import { SymphonyError } from '../contract/errors.ts';
import { overriddenSetting } from '../settings/config.ts';
import { prefixName } from '../spec/names.ts';
import { describeValue } from '../spec/problem.ts';
import type { Experiment } from './declaration/experiment.ts';
import { type ExperimentOrName, ownName } from './names/experiment-names.ts';

/** What calls for a cluster share: its backend, the names of experiments, and the end of what is open. */
export abstract class ClusterConnection {
  /** What this backend can do beyond the methods here. An unsupported capability is undefined. */
  readonly capabilities: Capabilities;
  protected readonly implementation: Backend;
  /** That of the settings; undefined until they were read. */
  protected username: string | undefined;
  #closing = new AbortController();

  /** Wraps a backend that a program made itself; `Cluster.new` makes a registered one. */
  constructor(backend: Backend) {
    this.implementation = backend;
    const { logBytes, events, metrics } = backend.capabilities;
    this.capabilities = {
      ...backend.capabilities,
      ...(logBytes && {
        logBytes: {
          logBytes: (experiment, reference, options) =>
            logBytes.logBytes(experiment, reference, this.untilClosed(options)),
        },
      }),
      ...(events && {
        events: { events: (experiment, options) => events.events(experiment, this.untilClosed(options)) },
      }),
      ...(metrics && {
        metrics: { metrics: (experiment, options) => metrics.metrics(experiment, this.untilClosed(options)) },
      }),
    };
  }

  /** The backend's name. */
  get backend(): string {
    return this.implementation.name;
  }

  /**
   * A short label for this cluster among the backend's clusters, for questions and headers: `context prod`. Undefined for
   * a backend that has only one.
   */
  get place(): string | undefined {
    return this.implementation.place;
  }

  /**
   * Called with an explanation when a call waits unusually long, for example for a supervisor that does not answer. Unset
   * by default.
   */
  get onWait(): ((message: string) => void) | undefined {
    return this.implementation.onWait;
  }
  set onWait(listener: ((message: string) => void) | undefined) {
    this.implementation.onWait = listener;
  }

  /**
   * What makes the calls, in a few words: `symphony stop`. The events of an experiment name it where something was requested.
   * Unset by default; they then name the program.
   */
  get origin(): string | undefined {
    return this.implementation.origin;
  }
  set origin(origin: string | undefined) {
    this.implementation.origin = origin;
  }

  /**
   * The name that an experiment has on the cluster. Without a username, and for a name that begins with it, that asks nothing;
   * else a name that exists is taken as it is, and the username is prefixed to another.
   * @throws SymphonyError `usage` for what is neither a name nor a declaration
   */
  async nameOf(experiment: ExperimentOrName): Promise<string> {
    if (typeof experiment !== 'string') return declared(experiment).finalName();
    const username = overriddenSetting('username') ?? this.username ?? '';
    if (prefixName(username, experiment) === experiment) return experiment;
    return ownName(experiment, await this.listExperimentNames({ wanted: experiment }), username);
  }

  /**
   * Only the names, in the order of `listExperiments`. A backend may know them without reading every process.
   * @param options `wanted`: the name that the caller looks for; the result includes it if such an experiment exists, even
   *   where finding it takes a further request
   */
  async listExperimentNames(options: { readonly wanted?: string } = {}): Promise<readonly string[]> {
    const names = await this.implementation.listExperimentNames?.(options);
    return names ?? (await this.implementation.listExperiments()).map(({ name }) => name);
  }

  /**
   * Closes the connections of this object. Its watches, logs, events and metrics end as if their signal were aborted.
   * Experiments keep running.
   */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#closing = new AbortController();
    await this.implementation.close();
  }

  /** As `close`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The same options, with a signal that also aborts when this object is closed. */
  protected untilClosed<Options extends { readonly signal?: AbortSignal | undefined }>(
    options: Options = {} as Options,
  ): Options & { readonly signal: AbortSignal } {
    const signals = [this.#closing.signal, ...(options.signal === undefined ? [] : [options.signal])];
    return { ...options, signal: AbortSignal.any(signals) };
  }
}

/** @throws SymphonyError `usage` for what names no experiment, in a program that no compiler checked */
function declared(experiment: Experiment): Experiment {
  if (typeof experiment?.finalName === 'function') return experiment;
  throw new SymphonyError('usage', `${describeValue(experiment)} names no experiment.`, {
    hint: 'Give its name, or the declaration that newExperiment has returned.',
  });
}
