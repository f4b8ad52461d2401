import type { WatchEvent } from '../../../engine/contract/watch.ts';

type Listener = (event: WatchEvent) => void;

/** The subscribers to changes of experiments. A subscriber that throws is removed and does not affect the others. */
export class Watchers {
  readonly #watchers = new Set<(backend: string, event: WatchEvent) => void>();

  /** Subscribes to changes until the signal aborts. @param name of the one experiment to watch; undefined for all */
  add({ backend, name }: { backend: string; name: string | undefined }, onEvent: Listener, signal: AbortSignal): void {
    const watcher = (where: string, event: WatchEvent) => {
      if (where === backend && (name === undefined || nameOf(event) === name)) onEvent(event);
    };
    this.#watchers.add(watcher);
    signal.addEventListener('abort', () => this.#watchers.delete(watcher), { once: true });
  }

  notify(backend: string, event: WatchEvent): void {
    for (const watcher of this.#watchers) {
      try {
        watcher(backend, event);
      } catch {
        this.#watchers.delete(watcher);
      }
    }
  }
}

function nameOf(event: WatchEvent): string | undefined {
  if (event.type === 'changed') return event.experiment.name;
  return event.type === 'deleted' ? event.name : undefined;
}
