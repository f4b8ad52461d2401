import { isFinal } from '../../../engine/contract/status.ts';
import type { Method, Methods } from '../connection/protocol.ts';
import { findSupervisor, reachSupervisor } from '../connection/supervisor-client.ts';
import type { ConnectOptions, SupervisorConnection } from '../connection/supervisor-connection.ts';
import { hasDueNotices } from '../notices/supervised-notices.ts';
import type { ExperimentStore } from '../records/experiment-store.ts';

/** The connections of one backend to this machine's supervisor, of which one is kept for short questions. */
export class SupervisorLink {
  /** Called with why a call has to wait. */
  onWait: ((message: string) => void) | undefined;
  readonly #store: ExperimentStore;
  readonly #interruption: AbortSignal | undefined;
  #closing = new AbortController();
  #connection: Promise<SupervisorConnection> | undefined;

  /** @param interruption once aborted, ends every wait for a supervisor */
  constructor(store: ExperimentStore, interruption: AbortSignal | undefined) {
    this.#store = store;
    this.#interruption = interruption;
  }

  /** Connects to the supervisor if one runs, or if one is needed because an experiment is unfinished. */
  async connect(): Promise<SupervisorConnection | undefined> {
    if (this.#connection !== undefined) return this.#connection;
    const connection = await this.openIfNeeded(this.options());
    if (connection === undefined) return undefined;
    // A program that does not close its cluster ends all the same.
    connection.keepOnlyForCalls();
    this.#connection = Promise.resolve(connection);
    // The next call then opens a new connection.
    void connection.closed.then(() => {
      this.#connection = undefined;
    });
    return connection;
  }

  /** Like `connect`, with a connection of the caller's own, which it closes. */
  async openIfNeeded(connectOptions: ConnectOptions): Promise<SupervisorConnection | undefined> {
    const found = await findSupervisor(connectOptions);
    if (found !== undefined) return found;
    return this.#isUnfinished() ? reachSupervisor(connectOptions) : undefined;
  }

  /**
   * Makes a call on its own connection, so that closing it cancels the call: the supervisor undoes a launch whose
   * client is gone. Starts a supervisor if none runs.
   */
  async callOnOwnConnection<Name extends Exclude<Method, 'watch'>>(
    method: Name,
    params: Methods[Name]['params'],
    signal: AbortSignal | undefined,
  ): Promise<Methods[Name]['result']> {
    const connection = await reachSupervisor(this.options(signal));
    try {
      return await connection.call(method, params);
    } finally {
      connection.close();
    }
  }

  /**
   * Ends a wait for the supervisor when the caller's signal, the signal of the program that opened this backend, or
   * `close` says so.
   */
  options(signal?: AbortSignal | undefined): ConnectOptions {
    const signals = [this.#interruption, signal].filter((given) => given !== undefined);
    return {
      signal: AbortSignal.any([this.#closing.signal, ...signals]),
      onWait: (message) => this.onWait?.(message),
    };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#closing = new AbortController();
    const connection = await this.#connection?.catch(() => undefined);
    this.#connection = undefined;
    connection?.close();
  }

  /** Whether a stored experiment needs a supervisor. */
  #isUnfinished(): boolean {
    return this.#store
      .readAll()
      .some(
        ({ folder, record, runtime, snapshot }) =>
          runtime.deleting ||
          !runtime.launched ||
          Object.values(runtime.processes).some(({ wanted }) => wanted !== undefined) ||
          snapshot.processes.some(({ state }) => !isFinal(state)) ||
          hasDueNotices(folder.path, record.launchId, snapshot, runtime.told ?? []),
      );
  }
}
