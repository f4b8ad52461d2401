import { readProcessTable } from '../host/process-table.ts';
import { endGroup } from './end-group.ts';

/**
 * Kills the leader of a process group with its group and all its descendants, those in groups of their own included.
 * Resolves when they were signalled.
 */
export async function endWithDescendants(leader: number): Promise<void> {
  const table = await readProcessTable();
  const found = new Set([leader]);
  // A child may come before its parent in the table.
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const { pid, parent } of table.values()) if (found.has(parent)) found.add(pid);
  }
  endGroup(leader);
  for (const pid of found) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended with the group.
    }
  }
}
