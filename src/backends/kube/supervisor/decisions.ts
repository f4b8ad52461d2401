import { isDeepStrictEqual } from 'node:util';
import type { ExperimentEnd } from '../../../engine/rules/experiment-end.ts';

/**
 * What the supervisor of an experiment has decided, as far as pods do not tell it. It is kept in the record, so that
 * every client sees it and another supervisor goes on from it. Processes are named by their keys, see `processKey`.
 */
export interface Decisions {
  /** The end of the experiment by one of its rules. */
  readonly over?: ExperimentEnd;
  /** Processes that waited for others and have been started. */
  readonly started: readonly string[];
  /** Processes that will not be started, each with the reason in words. */
  readonly skipped: Readonly<Record<string, string>>;
  /** Processes that were ready at some time. */
  readonly ready: readonly string[];
  /** What the notices have told, see `dueNotices`; absent before the first. */
  readonly told?: readonly string[];
}

/** The key of the record's data. */
export const decisionsKey = 'decisions';

export const noDecisions: Decisions = { started: [], skipped: {}, ready: [] };

/** Reads the decisions in a record. Users can edit it, so what cannot be read counts as not decided. */
export function readDecisions({ data }: { readonly data?: unknown }): Decisions {
  try {
    const text = (data as Readonly<Record<string, string>> | undefined)?.[decisionsKey];
    const { over, started, skipped, ready, told } = JSON.parse(text ?? '{}') as Partial<Decisions>;
    return {
      ...(isOver(over) ? { over } : {}),
      started: textsIn(started),
      skipped: Object.fromEntries(
        Object.entries(skipped ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      ),
      ready: textsIn(ready),
      ...(told === undefined ? {} : { told: textsIn(told) }),
    };
  } catch {
    return noDecisions;
  }
}

/** The change of a record's data that stores decisions. */
export function storedDecisions(decisions: Decisions): Readonly<Record<string, string>> {
  return { [decisionsKey]: JSON.stringify(decisions) };
}

/** Adds what is new; the end is replaced, since it may be withdrawn, and so is what was told, if it is given. @returns the same object if nothing is new */
export function withDecisions(known: Decisions, added: Partial<Decisions>): Decisions {
  const told = added.told ?? known.told;
  const merged: Decisions = {
    ...(added.over === undefined ? {} : { over: added.over }),
    started: union(known.started, added.started),
    skipped: { ...added.skipped, ...known.skipped },
    ready: union(known.ready, added.ready),
    ...(told === undefined ? {} : { told }),
  };
  return isDeepStrictEqual(merged, known) ? known : merged;
}

/**
 * What is new in decisions that were made from known ones. Only that is written: processes that were removed from the
 * experiment in the meantime do not return.
 */
export function newDecisions(known: Decisions, next: Decisions): Partial<Decisions> {
  const skipped = Object.entries(next.skipped).filter(([key]) => !(key in known.skipped));
  return {
    ...(next.over && { over: next.over }),
    started: next.started.filter((key) => !known.started.includes(key)),
    skipped: Object.fromEntries(skipped),
    ready: next.ready.filter((key) => !known.ready.includes(key)),
    ...(next.told && !isDeepStrictEqual(next.told, known.told) && { told: next.told }),
  };
}

/** Decisions without what they say about some processes, which are removed from the experiment or new in it. */
export function forgetProcesses(decisions: Decisions, keys: ReadonlySet<string>): Decisions {
  const isOther = (key: string) => !keys.has(key);
  return {
    ...decisions,
    started: decisions.started.filter(isOther),
    skipped: Object.fromEntries(Object.entries(decisions.skipped).filter(([key]) => isOther(key))),
    ready: decisions.ready.filter(isOther),
  };
}

function union(known: readonly string[], added: readonly string[] = []): readonly string[] {
  return [...new Set([...known, ...added])];
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function isOver(value: unknown): value is ExperimentEnd {
  if (typeof value !== 'object' || value === null) return false;
  const { outcome, reason, rule, time } = value as Partial<ExperimentEnd>;
  const isKnown = outcome === 'succeeded' || outcome === 'failed';
  return isKnown && [reason, rule, time].every((text) => typeof text === 'string');
}
