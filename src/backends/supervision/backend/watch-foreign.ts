import { setTimeout as delay } from 'node:timers/promises';
import type { WatchOptions } from '../../../engine/contract/backend.ts';
import type { ExperimentSnapshot, WatchEvent } from '../../../engine/contract/watch.ts';

/** The experiments of others that a watch shows. */
export interface ForeignSource {
  /** Never rejects. */
  find(): Promise<readonly ExperimentSnapshot[]>;
  /** Yields when they may have changed; ends with the signal, at the latest. Never throws. */
  changes(signal: AbortSignal): AsyncIterable<unknown>;
}

/** Engines list a change a moment after they tell of it, and changes come in groups. */
const pauseMilliseconds = 200;

/**
 * Adds the experiments of others to a watch of one's own, which does not wait for them after its first event.
 * @param watchOwn the watch of one's own, which ends with the signal
 */
export async function* addForeign(
  watchOwn: (signal: AbortSignal) => AsyncIterable<WatchEvent>,
  source: ForeignSource,
  options: WatchOptions,
): AsyncGenerator<WatchEvent> {
  const ending = new AbortController();
  const signal = options.signal === undefined ? ending.signal : AbortSignal.any([options.signal, ending.signal]);
  const inbox = new Inbox();
  const search = new Search(source, inbox);
  const view = new ForeignView(options.experiment);
  const reading = readOwn(watchOwn(signal), inbox);
  const listening = listen(source, search, signal);
  let hasBegun = false;
  try {
    for await (const event of inbox.read()) {
      if (event.type === 'foreign') {
        const changes = view.update(event.experiments);
        if (hasBegun) yield* changes;
        continue;
      }
      if (!hasBegun) view.update(await source.find());
      hasBegun = true;
      // Names of others depend on one's own.
      if (view.note(event)) search.begin();
      yield event.type === 'snapshot'
        ? { type: 'snapshot', experiments: [...event.experiments, ...view.experiments()] }
        : event;
    }
  } finally {
    ending.abort();
    await Promise.all([reading, listening]);
  }
}

/** Never rejects: an error ends the inbox. */
async function readOwn(own: AsyncIterable<WatchEvent>, inbox: Inbox): Promise<void> {
  try {
    for await (const event of own) inbox.add(event);
    inbox.end();
  } catch (error) {
    inbox.end({ error });
  }
}

/** Never rejects. */
async function listen(source: ForeignSource, search: Search, signal: AbortSignal): Promise<void> {
  for await (const _ of source.changes(signal)) {
    await delay(pauseMilliseconds, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    search.begin();
  }
}

/** Finds the experiments of others, one search at a time. */
class Search {
  readonly #source: ForeignSource;
  readonly #inbox: Inbox;
  #isRunning = false;
  #isWanted = false;

  constructor(source: ForeignSource, inbox: Inbox) {
    this.#source = source;
    this.#inbox = inbox;
  }

  /** The result, which is put into the inbox, is of a search that begins after this call. */
  begin(): void {
    this.#isWanted = true;
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#isWanted) {
      this.#isWanted = false;
      this.#inbox.add({ type: 'foreign', experiments: await this.#source.find() });
    }
    this.#isRunning = false;
  }
}

/** The experiments of others that a watch shows: those that do not have a name of one's own. */
class ForeignView {
  readonly #wanted: string | undefined;
  readonly #own = new Set<string>();
  /** By name. */
  #shown: ReadonlyMap<string, ExperimentSnapshot> = new Map();

  constructor(wanted: string | undefined) {
    this.#wanted = wanted;
  }

  experiments(): readonly ExperimentSnapshot[] {
    return [...this.#shown.values()].filter(({ experiment }) => !this.#own.has(experiment.name));
  }

  /** Returns what has changed. */
  update(found: readonly ExperimentSnapshot[]): readonly WatchEvent[] {
    const before = this.#shown;
    const isShown = ({ experiment: { name } }: ExperimentSnapshot) =>
      (this.#wanted === undefined || name === this.#wanted) && !this.#own.has(name);
    const now = new Map(found.filter(isShown).map((snapshot) => [snapshot.experiment.name, snapshot]));
    this.#shown = now;
    const gone = [...before.keys()].filter((name) => !now.has(name) && !this.#own.has(name));
    const changed = [...now].filter(
      ([name, snapshot]) => JSON.stringify(before.get(name)) !== JSON.stringify(snapshot),
    );
    return [
      ...gone.map((name) => ({ type: 'deleted', name }) as const),
      ...changed.map(([, snapshot]) => ({ type: 'changed', ...snapshot, replaced: true }) as const),
    ];
  }

  /** Notes an event of one's own; returns whether one of these may have begun or ended. */
  note(event: WatchEvent): boolean {
    if (event.type === 'deleted') return this.#own.delete(event.name);
    if (event.type === 'snapshot') {
      this.#own.clear();
      for (const { experiment } of event.experiments) this.#own.add(experiment.name);
      return true;
    }
    if (event.type !== 'changed' || this.#own.has(event.experiment.name)) return false;
    this.#own.add(event.experiment.name);
    return true;
  }
}

type Arrival = WatchEvent | { readonly type: 'foreign'; readonly experiments: readonly ExperimentSnapshot[] };

/** Events in the order of their arrival. */
class Inbox {
  readonly #events: Arrival[] = [];
  #end: { readonly error?: unknown } | undefined;
  #wake: () => void = () => undefined;

  add(event: Arrival): void {
    this.#events.push(event);
    this.#wake();
  }

  end(end: { readonly error?: unknown } = {}): void {
    this.#end = end;
    this.#wake();
  }

  /** Ends, or throws the error, once all was read that came before the end. */
  async *read(): AsyncGenerator<Arrival> {
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined) yield event;
      else if (this.#end !== undefined) {
        if ('error' in this.#end) throw this.#end.error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
