import { formatProcess, type ProcessStatus } from '../../../engine/contract/status.ts';

/** A row of the tree of one experiment's processes: a group's heading, or a process in a group or outside any. */
export type ProcessRow = GroupRow | SingleProcessRow;

export interface GroupRow {
  readonly kind: 'group';
  readonly id: string;
  readonly group: string;
  readonly members: readonly ProcessStatus[];
  readonly collapsed: boolean;
}

export interface SingleProcessRow {
  readonly kind: 'process';
  readonly id: string;
  readonly process: ProcessStatus;
}

export function groupRowId(group: string): string {
  return `${group}/`;
}

/** Builds the rows: first the processes outside any group, then each group, all in the given order. */
export function buildProcessTree(processes: readonly ProcessStatus[], collapsed: ReadonlySet<string>): ProcessRow[] {
  const groups = new Map<string | null, ProcessStatus[]>([[null, []]]);
  for (const status of processes) {
    const members = groups.get(status.group);
    if (members === undefined) groups.set(status.group, [status]);
    else members.push(status);
  }
  const rows: ProcessRow[] = [];
  for (const [group, members] of groups) {
    if (group !== null) {
      rows.push({ kind: 'group', id: groupRowId(group), group, members, collapsed: collapsed.has(group) });
      if (collapsed.has(group)) continue;
    }
    for (const status of members) rows.push({ kind: 'process', id: formatProcess(status), process: status });
  }
  return rows;
}

/** The processes that a row stands for. */
export function rowProcesses(row: ProcessRow): readonly ProcessStatus[] {
  return row.kind === 'group' ? row.members : [row.process];
}
