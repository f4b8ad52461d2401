import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a stop may take to act. It never acts where no shell could resume the job. */
const stopTimeoutMilliseconds = 100;

/**
 * Stops this process and its process group, as ctrl-z does: a wrapper such as npx must stop too. Resolves when the job is
 * resumed.
 */
export async function stopOwnJob(): Promise<void> {
  const listeners = process.listeners('SIGTSTP');
  // A listener replaces the signal's default action, which is the stop.
  process.removeAllListeners('SIGTSTP');
  const timer = new AbortController();
  try {
    const resumed = once(process, 'SIGCONT', { signal: timer.signal });
    process.kill(0, 'SIGTSTP');
    await Promise.race([resumed, sleep(stopTimeoutMilliseconds, undefined, { signal: timer.signal })]);
  } finally {
    timer.abort();
    for (const listener of listeners) process.on('SIGTSTP', listener);
  }
}
