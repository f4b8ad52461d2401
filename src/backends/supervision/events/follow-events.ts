import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type ClusterEvent, type EventsOptions, selectEvents } from '../../../engine/contract/events.ts';
import { EventFileReader, readEvents } from './event-files.ts';

/** Where the events of one launch of an experiment are found. */
export interface EventSource {
  /** The experiment's folder. */
  readonly folder: string;
  /** Whether the launch still exists; asked when its folder is gone or another one. */
  readonly exists: () => Promise<boolean>;
  /** Sees to it that a supervisor runs if one is needed; asked every few seconds. Must not reject. */
  readonly supervise: () => Promise<unknown>;
}

/** Poll interval of a follower: frequent enough for a reader, and negligible for the machine. */
const pollMilliseconds = 200;
const pollsPerSupervision = 25;

/** Yields the events so far, and with `follow` new ones until the signal aborts or the launch no longer exists. */
export async function* experimentEvents(
  source: EventSource,
  options: EventsOptions = {},
): AsyncGenerator<ClusterEvent> {
  const { follow = false, signal } = options;
  if (!follow) {
    yield* selectEvents(readEvents(source.folder), options);
    return;
  }
  const reader = new EventFileReader(source.folder);
  try {
    yield* newEvents(source, reader, options, signal);
  } finally {
    reader.close();
  }
}

async function* newEvents(
  source: EventSource,
  reader: EventFileReader,
  options: EventsOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<ClusterEvent> {
  let folder = folderVersion(source.folder);
  // Whatever the reader has not seen yet follows later, so an event that both read is left out then.
  const current = reader.read();
  const known = new Set(current.map(({ id }) => id));
  const older = readEvents(source.folder).filter(({ id }) => !known.has(id));
  yield* selectEvents([...older, ...current], options);
  const early = new Set(older.map(({ id }) => id));
  for (let poll = 1; !signal?.aborted; poll += 1) {
    const isOther = folderVersion(source.folder) !== folder;
    for (const event of reader.read()) if (!early.delete(event.id)) yield event;
    if (isOther) {
      if (!(await source.exists())) return;
      folder = folderVersion(source.folder);
    }
    if (poll % pollsPerSupervision === 0) await source.supervise();
    await delay(pollMilliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

function folderVersion(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? '' : `${found.ino} ${found.birthtimeMs}`;
}
