import { watch as watchFolder } from 'node:fs';
import { basename, dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { WatchOptions } from '../../../engine/contract/backend.ts';
import { toSymphonyError } from '../../../engine/contract/errors.ts';
import type { ExperimentSnapshot, WatchEvent } from '../../../engine/contract/watch.ts';
import { supervisorSocket } from '../../kit/host/runtime-folder.ts';
import type { ConnectOptions, SupervisorConnection } from '../connection/supervisor-connection.ts';

/** The sources of a watch on this machine. */
export interface WatchSource {
  readonly backend: string;
  /** A separate connection if a supervisor runs or must run; undefined if the stored files are complete. */
  connect(connectOptions: ConnectOptions): Promise<SupervisorConnection | undefined>;
  readStored(): readonly ExperimentSnapshot[];
}

const initialRetryMilliseconds = 100;
const maxRetryMilliseconds = 5_000;
/** The data is reported as stale after this many seconds without an answer. */
const silenceSeconds = 5;

/**
 * Yields the supervisor's events while one runs; without one, yields the stored state and waits for a supervisor to
 * appear. A killed supervisor is started again and asked again; one that cannot be reached or does not answer makes the
 * data stale.
 */
export async function* watchExperiments(source: WatchSource, options: WatchOptions): AsyncGenerator<WatchEvent> {
  const { signal = new AbortController().signal, experiment } = options;
  const wanted = ({ experiment: row }: ExperimentSnapshot) => experiment === undefined || row.name === experiment;
  let retry = initialRetryMilliseconds;
  let isStale = false;
  let hasStarted = false;
  const readDisk = (): WatchEvent => {
    hasStarted = true;
    return { type: 'snapshot', experiments: source.readStored().filter(wanted) };
  };
  while (!signal.aborted) {
    // Watching starts before the disk is read, so that no later event is missed.
    const appearance = new SupervisorAppearance(signal);
    try {
      const connection = await source.connect({ signal, silenceSeconds });
      if (connection === undefined) {
        if (isStale) yield { type: 'fresh' };
        isStale = false;
        yield readDisk();
        await appearance.wait();
        continue;
      }
      for await (const event of supervisorEvents(connection, source.backend, experiment, signal)) {
        const wasStale: boolean = isStale;
        isStale = event.type === 'stale';
        hasStarted = true;
        retry = initialRetryMilliseconds;
        if (event.type === 'stale' || event.type === 'fresh') {
          if (wasStale !== isStale) yield event;
          continue;
        }
        if (wasStale) yield { type: 'fresh' };
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      // A watch begins with a snapshot; the stored state is the latest that is known.
      if (!hasStarted) yield readDisk();
      if (!isStale) yield { type: 'stale', since: new Date().toISOString(), reason: toSymphonyError(error).message };
      isStale = true;
      await delay(retry, undefined, { signal }).catch(() => undefined);
      retry = Math.min(retry * 2, maxRetryMilliseconds);
    } finally {
      appearance.close();
    }
  }
}

/** Ends when the connection closes or the signal aborts. */
async function* supervisorEvents(
  connection: SupervisorConnection,
  backend: string,
  name: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  const events: WatchEvent[] = [];
  let isOver = false;
  let wake: () => void = () => undefined;
  const end = () => {
    isOver = true;
    wake();
  };
  signal.addEventListener('abort', end, { once: true });
  void connection.closed.then(end);
  connection
    .watch(name === undefined ? { backend } : { backend, name }, (event) => {
      events.push(event);
      wake();
    })
    .catch(end);
  try {
    while (!signal.aborted) {
      const event = events.shift();
      if (event !== undefined) yield event;
      else if (isOver) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal.removeEventListener('abort', end);
    connection.close();
  }
}

/** Waits for a supervisor's socket to appear, without polling. */
class SupervisorAppearance {
  readonly #signal: AbortSignal;
  readonly #watcher;
  readonly #appeared: Promise<void>;
  #resolve: () => void = () => undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.#appeared = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    const socket = supervisorSocket();
    this.#watcher = watchFolder(dirname(socket), (_, name) => {
      if (name === basename(socket)) this.#resolve();
    });
    this.#watcher.on('error', this.#resolve);
    signal.addEventListener('abort', this.#resolve, { once: true });
  }

  wait(): Promise<void> {
    return this.#appeared;
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#resolve);
    this.#watcher.close();
  }
}
