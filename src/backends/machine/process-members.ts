import type { ProcessTable, TableEntry } from './process-table.ts';

/** Marks in the environment by which something that a process started is still known as its own. */
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
  /** When it started, which tells it from a later one of the same pid; '' where that is not known. */
  readonly startTime: string;
  /** Pids found belonging to it at an earlier look. */
  readonly known: ReadonlySet<number>;
}

/** One look at the process table, sorted for finding what belongs to a process. */
export class MemberIndex {
  readonly #table: ProcessTable;
  readonly #children = new Map<number, TableEntry[]>();
  readonly #relatives = new Map<number, TableEntry[]>();
  readonly #marks = new Map<number, string>();
  readonly #marked = new Map<string, TableEntry[]>();

  /** `readMark` tells the mark that a process carries, if any. */
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
   * Everything that belongs to a process: itself, its process group, its session, everything below any of those in the
   * process tree, and whatever carries its mark. What carries another mark belongs to another, also when it was started
   * from here.
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

  /** A pid is not given again while a process group or session of that number is left. */
  #isStillOwn(pid: number, startTime: string): boolean {
    const entry = this.#table.get(pid);
    return entry === undefined || startTime === '' || entry.startTime === startTime;
  }
}

/** Whether it is over with it: a zombie cannot be ended any further, and its parent may never reap it. */
export function isZombie(entry: TableEntry): boolean {
  return entry.state === 'Z' || entry.state === 'X';
}

function markKey(mark: LaunchMark): string {
  return `${mark.launchId} ${mark.group} ${mark.name}`;
}

function append<Key>(lists: Map<Key, TableEntry[]>, key: Key, entry: TableEntry): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [entry]);
  else list.push(entry);
}
