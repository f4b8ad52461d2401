/** Sends a signal to a process group. A group that has ended already is no error. @param leader pid of its leader */
export function endGroup(leader: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // The group has just ended.
  }
}
