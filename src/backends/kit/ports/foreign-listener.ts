import { readFileSync } from 'node:fs';
import { readEnvironment, readTableEntry, type TableEntry } from '../host/process-table.ts';
import { findSocketHolder, holdsSocket, type Listener } from './listening-ports.ts';

/**
 * Programs of container engines that listen for a container. They are children of the engine, not of the client that
 * started the container.
 */
const forwarders: ReadonlySet<string> = new Set([
  'docker-proxy',
  'rootlessport',
  'slirp4netns',
  'pasta',
  'passt',
  'gvproxy',
]);

/**
 * Describes the program outside this run that listens. Undefined if a socket belongs to the run, and where its owner
 * cannot be determined: a member of the run under another user, a container's port, a daemon that overwrote its
 * environment.
 * @param listeners The sockets that listen on one port; at least one.
 * @param run Start time of its first process, in clock ticks since boot, or ''.
 * @param members All processes known to belong to the run.
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

/** The real, effective and saved user of a process; empty if it has ended. */
function usersOf(pid: number): readonly number[] {
  try {
    const line = /^Uid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return (line?.[1] ?? '').split(/\s+/).map(Number);
  } catch {
    return [];
  }
}
