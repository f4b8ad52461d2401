import type { ExperimentDescription } from '../contract/backend.ts';
import type { ClusterEvent } from '../contract/events.ts';
import {
  countProcesses,
  type ExperimentState,
  experimentStates,
  type ProcessCounts,
  type ProcessReference,
} from '../contract/status.ts';
import type { ExperimentSpec } from '../spec/experiment-spec.ts';

const schema = 1;

/** How an experiment left its cluster: on request, or because a launch replaced it. */
export type Departure = 'deleted' | 'replaced';

/** A past experiment, as lists show it, also its form in `-o json`. Times are ISO 8601 in UTC. */
export interface HistoryEntry {
  /** Its name in the history: the experiment's name, a dot, and a number that counts its deletions: `rl.3`. */
  readonly name: string;
  readonly experiment: string;
  readonly backend: string;
  /** Where the backend kept it: `context prod`. Absent for a backend that has only one place. */
  readonly place?: string;
  /** The machine that wrote this entry. */
  readonly host?: string;
  /** Absent if its record was unreadable. */
  readonly launchId?: string;
  /** When it was launched; absent if unknown. */
  readonly createdAt?: string;
  /** When its last process ended. */
  readonly endedAt: string;
  readonly deletedAt: string;
  readonly how: Departure;
  /** Its state when the deletion began; absent if unknown. */
  readonly state?: ExperimentState;
  /** A remark on that state. */
  readonly reason?: string;
  readonly processes: ProcessCounts;
  /** What the entry occupies on the disk. */
  readonly bytes: number;
  /** Descriptions of what could not be kept. */
  readonly notes: readonly string[];
}

/** Everything that the history keeps of a past experiment, except its logs. */
export interface HistoryRecord extends HistoryEntry {
  /** The launched declaration; absent if it was unreadable. Secrets are references in it, never values. */
  readonly spec?: ExperimentSpec;
  /** Everything known about it after its processes had ended; absent if its record was unreadable. */
  readonly description?: ExperimentDescription;
  /** Oldest first. */
  readonly events: readonly ClusterEvent[];
  /** The processes whose logs are kept. */
  readonly logs: readonly ProcessReference[];
}

/** What an entry file contains: an entry without its name, which is that of its folder. */
export type StoredEntry = Omit<HistoryEntry, 'name'>;

export function formatEntry(entry: StoredEntry): string {
  return `${JSON.stringify({ schema, ...entry }, null, 1)}\n`;
}

/** Parses an entry file. @returns undefined if it is damaged, or of a newer version */
export function parseEntry(name: string, text: string): HistoryEntry | undefined {
  const fields = parseFields(text);
  if (fields === undefined || fields.schema !== schema) return undefined;
  const { experiment, backend, deletedAt } = fields;
  if (typeof experiment !== 'string' || typeof backend !== 'string' || !isTime(deletedAt)) return undefined;
  const texts = (names: readonly string[]) =>
    Object.fromEntries(names.map((key) => [key, fields[key]]).filter(([, value]) => typeof value === 'string'));
  return {
    ...texts(['place', 'host', 'launchId', 'reason']),
    name,
    experiment,
    backend,
    ...(isTime(fields.createdAt) ? { createdAt: fields.createdAt } : {}),
    endedAt: isTime(fields.endedAt) ? fields.endedAt : deletedAt,
    deletedAt,
    how: fields.how === 'replaced' ? 'replaced' : 'deleted',
    ...(isState(fields.state) ? { state: fields.state } : {}),
    processes: isCounts(fields.processes) ? fields.processes : countProcesses([]),
    bytes: typeof fields.bytes === 'number' && fields.bytes >= 0 ? fields.bytes : 0,
    notes: Array.isArray(fields.notes) ? fields.notes.filter((note) => typeof note === 'string') : [],
  };
}

function parseFields(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

function isState(value: unknown): value is ExperimentState {
  return (experimentStates as readonly unknown[]).includes(value);
}

function isCounts(value: unknown): value is ProcessCounts {
  if (typeof value !== 'object' || value === null) return false;
  const counts = value as Partial<Record<string, unknown>>;
  return ['total', 'ready', 'running', 'failed', 'succeeded'].every((key) => typeof counts[key] === 'number');
}
