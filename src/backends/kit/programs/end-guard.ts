import { type ChildProcess, spawn } from 'node:child_process';

/** Reads the leader, and then waits for a line that releases it. Without one, this process has ended. */
const script = 'read -r leader && { read -r line || kill -KILL "-$leader"; }';

/** Kills a process group when this process ends. It begins before the group does, so that no moment is left without it. */
export interface EndGuard {
  /** @param leader pid of the group's leader; undefined if it could not be started */
  protect(leader: number | undefined): void;
  /** Leaves the group alone from now on. */
  release(): void;
}

/**
 * The guard of one process group, which is killed when this process ends, however it ends: after SIGKILL no code of it runs,
 * but the pipe to the guard is closed. The guard is a process of its own session, since a signal of the terminal must not end
 * it first.
 */
export function startEndGuard(): EndGuard {
  const child: ChildProcess = spawn('/bin/sh', ['-c', script], {
    cwd: '/',
    env: {},
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without resources for a guard, the group outlives this process.
  child.on('error', () => undefined);
  child.stdin?.on('error', () => undefined);
  child.unref();
  return {
    protect(leader) {
      if (leader !== undefined) child.stdin?.write(`${leader}\n`);
    },
    release() {
      child.stdin?.end('\n');
    },
  };
}
