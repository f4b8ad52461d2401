import type { WatchEvent } from '../../../engine/contract/watch.ts';
import type { ExperimentEntry } from './experiment-entry.ts';
import type { ExperimentObjects } from './experiment-objects.ts';
import type { PodEvents } from './pod-events.ts';

/** The last reported state of an experiment. */
interface ReportedExperiment {
  readonly name: string;
  readonly entry: ExperimentEntry;
  readonly row: string;
}

/** What a watch has reported of each experiment, by `namespace/name`. */
export class ReportedExperiments {
  readonly #reported = new Map<string, ReportedExperiment>();

  has(key: string): boolean {
    return this.#reported.has(key);
  }

  /** Forgets the experiments that do not have these names any more, and returns them under their reported names. */
  forgetExcept(names: ReadonlyMap<string, string>): { readonly key: string; readonly name: string }[] {
    const gone = [...this.#reported].filter(([key, { name }]) => names.get(key) !== name);
    for (const [key] of gone) this.#reported.delete(key);
    return gone.map(([key, { name }]) => ({ key, name }));
  }

  /**
   * Evaluates an experiment again. @param members those whose pods changed; undefined for all
   * @returns the event, if its report changes
   */
  update(
    key: string,
    objects: ExperimentObjects,
    podEvents: PodEvents,
    members: ReadonlySet<string> | undefined,
  ): WatchEvent[] {
    const { entry } = objects;
    if (entry === undefined) return [];
    const reported = this.#reported.get(key);
    const isNew = reported?.entry !== entry;
    const changed = entry.refresh((member) => objects.pods(member), podEvents, isNew ? undefined : members);
    const experiment = entry.row((service) => objects.service(service));
    const row = JSON.stringify(experiment);
    if (!isNew && changed.length === 0 && reported.row === row) return [];
    this.#reported.set(key, { name: entry.name, entry, row });
    const processes = isNew ? entry.statuses : changed;
    return [{ type: 'changed', experiment, processes, ...(isNew && { replaced: true }) }];
  }
}
