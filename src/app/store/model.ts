import { formatProcess, type ProcessStatus } from '../../engine/status.ts';
import { mergeChange } from '../../engine/wait.ts';
import type { ExperimentSnapshot, WatchEvent } from '../../engine/watch.ts';

/** Everything a watch has told, by experiment. */
export type ClusterModel = ReadonlyMap<string, ExperimentSnapshot>;

export const emptyModel: ClusterModel = new Map();

/** What is known after several events. Those on the connection (`stale`, `fresh`) change nothing here. */
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
 * Makes one event of many: the last word on every process. A thousand processes that change, ten times each between two
 * frames, are then merged once.
 */
export function condenseEvents(events: readonly WatchEvent[]): WatchEvent[] {
  const condensed: WatchEvent[] = [];
  const open = new Map<string, { index: number; processes: Map<string, ProcessStatus>; replaced: boolean }>();
  for (const event of events) {
    if (event.type === 'stale' || event.type === 'fresh') continue;
    if (event.type !== 'changed') {
      open.clear();
      condensed.push(event);
      continue;
    }
    const { name } = event.experiment;
    let entry = open.get(name);
    if (entry === undefined || event.replaced) {
      entry = { index: condensed.length, processes: new Map(), replaced: event.replaced ?? false };
      open.set(name, entry);
      condensed.push(event);
    }
    for (const process of event.processes) {
      const key = formatProcess(process);
      // What was replaced is all there is: a word on another process comes too late, as it does in a merge.
      if (!entry.replaced || event.replaced || entry.processes.has(key)) entry.processes.set(key, process);
    }
    condensed[entry.index] = {
      type: 'changed',
      experiment: event.experiment,
      processes: [...entry.processes.values()],
      ...(entry.replaced ? { replaced: true } : {}),
    };
  }
  return condensed;
}
