import { join } from 'node:path';
import { symphonyPaths } from '../files/paths.ts';

/** The folder of all past experiments of this user. */
export function historyFolder(): string {
  return join(symphonyPaths().state, 'history');
}

/** Paths within the folder of one past experiment. */
export class EntryFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get entry(): string {
    return join(this.path, 'entry.json');
  }
  get description(): string {
    return join(this.path, 'description.json');
  }
  get spec(): string {
    return join(this.path, 'spec.json');
  }
  /** One event a line, as JSON. */
  get events(): string {
    return join(this.path, 'events.jsonl');
  }
  /** What all processes wrote, one after the other: for hundreds of small logs, one file is made in a tenth of the time. */
  get logs(): string {
    return join(this.path, 'logs');
  }
  /** Where each log is in that file, as a `LogIndex` by process key. */
  get logIndex(): string {
    return join(this.path, 'logs.json');
  }
}

/** The name of a past experiment. Names of experiments contain no dot. @param number from 1 */
export function entryName(experiment: string, number: number): string {
  return `${experiment}.${number}`;
}

/** @returns undefined if it is not the name of a past experiment */
export function parseEntryName(name: string): { readonly experiment: string; readonly number: number } | undefined {
  const [, experiment, number] = /^([a-z][a-z0-9-]*)\.([1-9]\d{0,8})$/.exec(name) ?? [];
  return experiment === undefined ? undefined : { experiment, number: Number(number) };
}

/** Folders that are written or removed begin with a dot, so that no list contains half of an entry. */
export function isUnfinished(name: string): boolean {
  return name.startsWith('.') && name.endsWith('.partial');
}
