import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessMetrics } from '../../../engine/contract/capabilities.ts';
import type { ProcessReference } from '../../../engine/contract/status.ts';
import type { EngineClient } from '../api/engine-client.ts';

const defaultIntervalSeconds = 2;
const firstIntervalSeconds = 0.25;
/** Docker gives a reading each second, Podman each five. A loaded one is late. */
const firstReadingSeconds = 10;
const lookMilliseconds = 50;

export interface MeasuredProcess extends ProcessReference {
  /** The id of its container. */
  readonly id: string;
}

interface Stats {
  readonly cpu_stats?: { readonly cpu_usage?: { readonly total_usage?: number } };
  readonly memory_stats?: {
    readonly usage?: number;
    readonly stats?: { readonly inactive_file?: number; readonly total_inactive_file?: number };
  };
  readonly read?: string;
}

type Usage = Pick<ProcessMetrics, 'cpu' | 'memory'>;

interface Reading {
  /** Nanoseconds of CPU time, and when they were read. */
  readonly cpu: number | undefined;
  readonly time: number;
  readonly memory: number | undefined;
}

/** What the containers of processes use, through one stream for each that lasts as long as the caller iterates. */
export async function* measureContainers(
  client: EngineClient,
  readProcesses: () => Promise<readonly MeasuredProcess[]>,
  {
    intervalSeconds = defaultIntervalSeconds,
    signal,
  }: { readonly intervalSeconds?: number; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<readonly ProcessMetrics[]> {
  const ending = new AbortController();
  const all = signal === undefined ? ending.signal : AbortSignal.any([ending.signal, signal]);
  const newest = new Map<string, Usage>();
  const followed = new Set<string>();
  const measured = new Set<string>();
  const follow = async (id: string) => {
    followed.add(id);
    try {
      let before: Reading | undefined;
      for await (const documents of await client.stats(id, all)) {
        for (const document of documents) {
          const reading = readingOf(document as Stats);
          const cpu = coresBetween(before, reading);
          if (cpu !== undefined) measured.add(id);
          newest.set(id, {
            ...(reading.memory === undefined ? {} : { memory: reading.memory }),
            ...(cpu === undefined ? {} : { cpu }),
          });
          before = reading;
        }
      }
    } catch {
      // The container has ended, or the engine does not answer: nothing is measured.
    } finally {
      followed.delete(id);
      newest.delete(id);
    }
  };
  /** Waits a bounded time until it holds for every container whose stream goes on. */
  const untilAll = async (holds: (id: string) => boolean) => {
    for (let waited = 0; waited < firstReadingSeconds * 1000; waited += lookMilliseconds) {
      if (all.aborted || [...followed].every(holds)) return;
      await delay(lookMilliseconds);
    }
  };
  try {
    for (let isFirst = true; !all.aborted; isFirst = false) {
      const processes = await readProcesses();
      for (const { id } of processes) if (!followed.has(id)) void follow(id);
      if (isFirst) await untilAll((id) => newest.has(id));
      yield processes.flatMap(({ group, name, id }) => {
        const usage = newest.get(id);
        return usage === undefined ? [] : [{ group, name, ...usage }];
      });
      await delay((isFirst ? firstIntervalSeconds : intervalSeconds) * 1000, undefined, { signal: all }).catch(
        () => undefined,
      );
      // The streams of all processes give their second reading, which the CPU needs, at about the same time.
      if (isFirst) await untilAll((id) => measured.has(id));
    }
  } finally {
    ending.abort();
  }
}

function readingOf({ cpu_stats: cpu, memory_stats: memory, read = '' }: Stats): Reading {
  const { usage, stats = {} } = memory ?? {};
  // The page cache of files is given back when memory is short, and counts in no tool.
  const cache = stats.inactive_file ?? stats.total_inactive_file ?? 0;
  return {
    cpu: cpu?.cpu_usage?.total_usage,
    time: Date.parse(read),
    memory: usage === undefined ? undefined : Math.max(0, usage - cache),
  };
}

/** Cores in use between two readings; undefined if it is unknown. */
function coresBetween(before: Reading | undefined, now: Reading): number | undefined {
  if (before?.cpu === undefined || now.cpu === undefined) return undefined;
  const milliseconds = now.time - before.time;
  return milliseconds > 0 ? Math.max(0, (now.cpu - before.cpu) / 1e6 / milliseconds) : undefined;
}
