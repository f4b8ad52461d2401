/**
 * What the supervisor of an experiment has decided, as far as pods do not tell it. It is kept in the record, so that
 * every client sees it and another supervisor goes on from it. Processes are named by their keys, see `processKey`.
 */
export interface Decisions {
  /** The experiment is over. */
  readonly over?: OverDecision;
  /** Processes that waited for others and have been started. */
  readonly started: readonly string[];
  /** Processes that will not be started, each with the reason in words. */
  readonly skipped: Readonly<Record<string, string>>;
  /** Processes that were ready at some time. */
  readonly ready: readonly string[];
}

export interface OverDecision {
  readonly outcome: 'succeeded' | 'failed';
  /** In words. */
  readonly reason: string;
  /** ISO 8601. */
  readonly time: string;
}

/** The key of the record's data. */
export const decisionsKey = 'decisions';

export const noDecisions: Decisions = { started: [], skipped: {}, ready: [] };

/** Reads the decisions in a record. Users can edit it, so what cannot be read counts as not decided. */
export function readDecisions({ data }: { readonly data?: unknown }): Decisions {
  try {
    const text = (data as Readonly<Record<string, string>> | undefined)?.[decisionsKey];
    const { over, started, skipped, ready } = JSON.parse(text ?? '{}') as Partial<Decisions>;
    return {
      ...(isOver(over) ? { over } : {}),
      started: textsIn(started),
      skipped: Object.fromEntries(
        Object.entries(skipped ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      ),
      ready: textsIn(ready),
    };
  } catch {
    return noDecisions;
  }
}

/** The change of a record's data that stores decisions. */
export function storedDecisions(decisions: Decisions): Readonly<Record<string, string>> {
  return { [decisionsKey]: JSON.stringify(decisions) };
}

/** Adds what is new. What has been decided stays. @returns the same object if nothing is new */
export function withDecisions(known: Decisions, added: Partial<Decisions>): Decisions {
  const over = known.over ?? added.over;
  const merged: Decisions = {
    ...(over === undefined ? {} : { over }),
    started: union(known.started, added.started),
    skipped: { ...added.skipped, ...known.skipped },
    ready: union(known.ready, added.ready),
  };
  return JSON.stringify(merged) === JSON.stringify({ ...known }) ? known : merged;
}

function union(known: readonly string[], added: readonly string[] = []): readonly string[] {
  return [...new Set([...known, ...added])];
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function isOver(value: unknown): value is OverDecision {
  if (typeof value !== 'object' || value === null) return false;
  const { outcome, reason, time } = value as Partial<OverDecision>;
  return (outcome === 'succeeded' || outcome === 'failed') && typeof reason === 'string' && typeof time === 'string';
}
