import { isEndedState } from '../../../engine/files/process-stat.ts';
import type { ProcessTable, TableEntry } from './process-table.ts';

/** Variables in the environment that identify what a process started as belonging to it. */
export interface LaunchMark {
  readonly launchId: string;
  /** '' outside any group, as in the environment. */
  readonly group: string;
  readonly name: string;
}

export interface MemberSearch {
  readonly mark: LaunchMark;
  /** The process's pid; undefined if it never had one. */
  readonly pid: number | undefined;
  /** Start time, which distinguishes it from a later process with the same pid; '' where unknown. */
  readonly startTime: string;
  /** Pids that an earlier search found to belong to it. */
  readonly known: ReadonlySet<number>;
}

/** A snapshot of the process table, indexed for finding the members of a process. */
export class MemberIndex {
  readonly #table: ProcessTable;
  readonly #children = new Map<number, TableEntry[]>();
  readonly #relatives = new Map<number, TableEntry[]>();
  readonly #marks = new Map<number, string>();
  readonly #marked = new Map<string, TableEntry[]>();

  /** `readMark` returns the mark that a process carries, if any. */
  constructor(table: ProcessTable, readMark: (entry: TableEntry) => LaunchMark | undefined) {
    this.#table = table;
    for (const entry of table.values()) {
      append(this.#children, entry.parent, entry);
      append(this.#relatives, entry.group, entry);
      if (entry.session !== entry.group) append(this.#relatives, entry.session, entry);
      const mark = readMark(entry);
      if (mark === undefined) continue;
      this.#marks.set(entry.pid, markKey(mark));
      append(this.#marked, markKey(mark), entry);
    }
  }

  /**
   * Finds everything that belongs to a process: itself, its process group, its session, all descendants of those, and
   * every process with its mark. A process with another mark belongs to another, even if it was started from here.
   */
  find(search: MemberSearch): TableEntry[] {
    const own = markKey(search.mark);
    const members = new Map<number, TableEntry>();
    const add = (entry: TableEntry | undefined) => {
      if (entry === undefined || members.has(entry.pid) || (this.#marks.get(entry.pid) ?? own) !== own) return;
      members.set(entry.pid, entry);
      for (const child of this.#children.get(entry.pid) ?? []) add(child);
    };
    if (search.pid !== undefined && this.#isStillOwn(search.pid, search.startTime)) {
      add(this.#table.get(search.pid));
      for (const entry of this.#relatives.get(search.pid) ?? []) add(entry);
    }
    for (const pid of search.known) add(this.#table.get(pid));
    for (const entry of this.#marked.get(own) ?? []) add(entry);
    return [...members.values()];
  }

  /** The system does not reuse a pid while a process group or session with that number exists. */
  #isStillOwn(pid: number, startTime: string): boolean {
    const entry = this.#table.get(pid);
    return entry === undefined || startTime === '' || entry.startTime === startTime;
  }
}

/**
 * Whether a process has ended and was not reaped: a zombie cannot be ended any further, and its parent may never reap
 * it.
 */
export function isZombie(entry: TableEntry): boolean {
  return isEndedState(entry.state);
}

function markKey(mark: LaunchMark): string {
  return `${mark.launchId} ${mark.group} ${mark.name}`;
}

function append<Key>(lists: Map<Key, TableEntry[]>, key: Key, entry: TableEntry): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [entry]);
  else list.push(entry);
}
