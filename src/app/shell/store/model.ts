import { formatProcess, type ProcessStatus } from '../../../engine/contract/status.ts';
import type { ExperimentSnapshot, WatchEvent } from '../../../engine/contract/watch.ts';
import { mergeChange } from '../../../engine/contract/watch.ts';

/** The state of a cluster according to its watch, by the experiment's name. */
export type ClusterModel = ReadonlyMap<string, ExperimentSnapshot>;

export const emptyModel: ClusterModel = new Map();

/** Applies events to a model. Events about the connection (`stale`, `fresh`) do not change it. */
export function applyEvents(model: ClusterModel, events: readonly WatchEvent[]): ClusterModel {
  let next: Map<string, ExperimentSnapshot> | undefined;
  for (const event of events) {
    if (event.type === 'snapshot') {
      next = new Map(event.experiments.map((snapshot) => [snapshot.experiment.name, snapshot]));
    } else if (event.type === 'changed') {
      next ??= new Map(model);
      const { name } = event.experiment;
      next.set(name, mergeChange(next.get(name), event));
    } else if (event.type === 'deleted') {
      next ??= new Map(model);
      next.delete(event.name);
    }
  }
  return next ?? model;
}

/**
 * Merges events so that only the last status of every process remains. A thousand processes that change ten times each
 * between two frames are then applied once.
 */
export function condenseEvents(events: readonly WatchEvent[]): WatchEvent[] {
  const condensed: WatchEvent[] = [];
  const open = new Map<string, OpenChange>();
  const presence = new Presence();
  for (const event of events) {
    if (event.type === 'stale' || event.type === 'fresh') continue;
    if (event.type !== 'changed') {
      open.clear();
      condensed.push(event);
    } else {
      const { name } = event.experiment;
      const entry = open.get(name);
      if (entry === undefined || event.replaced) {
        // The first change of an absent experiment contains all of its processes.
        const replaced = event.replaced ?? presence.isGone(name);
        open.set(name, { index: condensed.length, replaced, processes: byName(event.processes) });
        condensed.push(replaced ? { ...event, replaced } : event);
      } else {
        for (const [key, status] of byName(event.processes)) {
          // A change of a process that the replacement does not contain is outdated, as in `mergeChange`.
          if (!entry.replaced || entry.processes.has(key)) entry.processes.set(key, status);
        }
        const { experiment } = event;
        const processes = [...entry.processes.values()];
        const { replaced } = entry;
        condensed[entry.index] = { type: 'changed', experiment, processes, ...(replaced ? { replaced } : {}) };
      }
    }
    presence.note(event);
  }
  return condensed;
}

interface OpenChange {
  readonly index: number;
  readonly replaced: boolean;
  readonly processes: Map<string, ProcessStatus>;
}

function byName(processes: readonly ProcessStatus[]): Map<string, ProcessStatus> {
  return new Map(processes.map((status) => [formatProcess(status), status]));
}

/** Tracks which experiments are certainly absent, according to the events. */
class Presence {
  /** The experiments of the last snapshot; undefined before the first. */
  #all: ReadonlySet<string> | undefined;
  readonly #since = new Map<string, boolean>();

  note(event: WatchEvent): void {
    if (event.type === 'snapshot') {
      this.#all = new Set(event.experiments.map(({ experiment }) => experiment.name));
      this.#since.clear();
    } else if (event.type === 'changed') this.#since.set(event.experiment.name, true);
    else if (event.type === 'deleted') this.#since.set(event.name, false);
  }

  isGone(name: string): boolean {
    const since = this.#since.get(name);
    return since === undefined ? this.#all !== undefined && !this.#all.has(name) : !since;
  }
}
