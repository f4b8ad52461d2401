import { readFileSync } from 'node:fs';
import { findSocketHolder, holdsSocket, type Listener } from './listening-ports.ts';
import { readEnvironment, readTableEntry, type TableEntry } from './process-table.ts';

/** Programs of container engines that listen for a container, and are children of the engine instead of its client. */
const forwarders: ReadonlySet<string> = new Set([
  'docker-proxy',
  'rootlessport',
  'slirp4netns',
  'pasta',
  'passt',
  'gvproxy',
]);

/**
 * The program other than this run's that listens, in words. Undefined if a socket is one of the run's own, and where it
 * cannot be told whose it is: a member of the run under another user, a container's port, a daemon that wrote over its
 * environment.
 * @param listeners The sockets that listen on one port; at least one.
 * @param run Its first process's start, in clock ticks since boot, or ''.
 * @param members Everything that is known to belong to the run.
 */
export function foreignListener(
  listeners: readonly Listener[],
  run: { readonly startTime: string },
  members: readonly TableEntry[],
): string | undefined {
  const hiddenUsers = new Set<number>();
  for (const { pid } of members) {
    for (const { socket } of listeners) {
      const holds = holdsSocket(pid, socket);
      if (holds) return undefined;
      if (holds === undefined) for (const user of usersOf(pid)) hiddenUsers.add(user);
    }
  }
  let foreign: string | undefined;
  for (const listener of listeners) {
    if (listener.uid !== undefined && hiddenUsers.has(listener.uid)) return undefined;
    const holder = foreignHolder(listener, run);
    if (holder === undefined) return undefined;
    foreign ??= holder;
  }
  return foreign;
}

function foreignHolder({ socket, uid }: Listener, run: { readonly startTime: string }): string | undefined {
  const pid = findSocketHolder(socket);
  if (pid === undefined) return uid === undefined ? undefined : `a program of the user with uid ${uid}`;
  const entry = readTableEntry(pid);
  if (entry === undefined) return undefined;
  const name = `${entry.command} (pid ${pid})`;
  if (run.startTime !== '' && Number(entry.startTime) < Number(run.startTime)) return name;
  if (forwarders.has(entry.command) || readEnvironment(pid).size === 0) return undefined;
  return name;
}

/** The real, effective and saved user of a process; none if it is gone. */
function usersOf(pid: number): readonly number[] {
  try {
    const line = /^Uid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return (line?.[1] ?? '').split(/\s+/).map(Number);
  } catch {
    return [];
  }
}
