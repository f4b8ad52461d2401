import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds within which a stop takes hold; there is none where no shell could let the job go on. */
const grace = 100;

/**
 * Stops this process and those that it stands in a row with, as ctrl-z does: a wrapper such as npx must stop too. Resolves
 * when it goes on.
 */
export async function stopOwnJob(): Promise<void> {
  const listeners = process.listeners('SIGTSTP');
  // With a listener of our own, the signal would not stop anything.
  process.removeAllListeners('SIGTSTP');
  const timer = new AbortController();
  try {
    const resumed = once(process, 'SIGCONT', { signal: timer.signal });
    process.kill(0, 'SIGTSTP');
    await Promise.race([resumed, sleep(grace, undefined, { signal: timer.signal })]);
  } finally {
    timer.abort();
    for (const listener of listeners) process.on('SIGTSTP', listener);
  }
}
