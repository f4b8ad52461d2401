import { appendFileSync, closeSync, openSync, readFileSync, readSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterEvent } from '../../../engine/contract/events.ts';

/** A file that exceeds this size becomes the older one, and replaces the one before. */
const maxFileBytes = 4 * 1024 * 1024;

/** Paths of an experiment's events: one JSON object a line, the newest events in the first file. */
export function eventPaths(folder: string): readonly [current: string, older: string] {
  return [join(folder, 'events.jsonl'), join(folder, 'events.1.jsonl')];
}

/**
 * The events stored for an experiment, in the order in which they were recorded. Damaged lines are left out; no events if
 * there are no files.
 * @param folder of the experiment
 */
export function readEvents(folder: string): readonly ClusterEvent[] {
  const [current, older] = eventPaths(folder);
  // The older file is read last: if the files change their places meanwhile, some events are read twice, and none is missed.
  const newer = parseEvents(readText(current));
  const events = [...parseEvents(readText(older)), ...newer];
  return [...new Map(events.map((event) => [event.id, event])).values()];
}

/** Parses complete lines; damaged ones are left out. */
export function parseEvents(text: string): ClusterEvent[] {
  return text.split('\n').flatMap((line) => parseEvent(line) ?? []);
}

/** Formats events for the file. */
export function formatEvents(events: readonly ClusterEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

/** Appends to the events of an experiment, within the bound of their size. */
export class EventFileWriter {
  readonly #current: string;
  readonly #older: string;
  /** The file may end in a part of a line, which a crash or a full disk has left. */
  #mayBeTorn = true;

  constructor(folder: string) {
    [this.#current, this.#older] = eventPaths(folder);
  }

  /** Throws the error of the file system if the events cannot be written; they may then be written in part. */
  append(events: readonly ClusterEvent[]): void {
    const size = statSync(this.#current, { throwIfNoEntry: false })?.size ?? 0;
    if (size > maxFileBytes) renameSync(this.#current, this.#older);
    const lineEnd = this.#mayBeTorn && size > 0 && size <= maxFileBytes ? '\n' : '';
    this.#mayBeTorn = true;
    appendFileSync(this.#current, lineEnd + formatEvents(events), { mode: 0o600 });
    this.#mayBeTorn = false;
  }
}

/** Reads the events that are appended after the ones so far. */
export class EventFileReader {
  readonly #path: string;
  #descriptor: number | undefined;
  #inode = 0;
  #offset = 0;
  /** The bytes of a line that is not complete. */
  #rest = Buffer.alloc(0);

  /** Begins at the first event of the newest file. */
  constructor(folder: string) {
    [this.#path] = eventPaths(folder);
  }

  /** The next events. A file that has become the older one is read to its end first. */
  read(): ClusterEvent[] {
    const events = this.#readToEnd();
    const inode = statSync(this.#path, { throwIfNoEntry: false })?.ino;
    if (inode === undefined || (this.#descriptor !== undefined && inode === this.#inode)) return events;
    // Events may have been appended before the file became the older one.
    events.push(...this.#readToEnd());
    this.#open();
    return [...events, ...this.#readToEnd()];
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #open(): void {
    this.close();
    try {
      this.#descriptor = openSync(this.#path, 'r');
    } catch {
      return;
    }
    this.#inode = statSync(this.#path, { throwIfNoEntry: false })?.ino ?? 0;
    this.#offset = 0;
    this.#rest = Buffer.alloc(0);
  }

  #readToEnd(): ClusterEvent[] {
    if (this.#descriptor === undefined) return [];
    const pieces = [this.#rest];
    const piece = Buffer.alloc(64 * 1024);
    for (let length = 1; length > 0; ) {
      length = readSync(this.#descriptor, piece, 0, piece.length, this.#offset);
      this.#offset += length;
      pieces.push(Buffer.from(piece.subarray(0, length)));
    }
    const bytes = Buffer.concat(pieces);
    const end = bytes.lastIndexOf('\n') + 1;
    this.#rest = bytes.subarray(end);
    return parseEvents(bytes.subarray(0, end).toString('utf8'));
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function parseEvent(line: string): ClusterEvent | undefined {
  if (line === '') return undefined;
  try {
    const event = JSON.parse(line) as ClusterEvent;
    const texts = [event.id, event.time, event.reason, event.message];
    const isWhole = texts.every((text) => typeof text === 'string') && !Number.isNaN(Date.parse(event.time));
    return isWhole ? event : undefined;
  } catch {
    return undefined;
  }
}
