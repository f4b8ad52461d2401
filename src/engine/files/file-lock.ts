import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { abortError, SymphonyError, throwIfAborted } from '../contract/errors.ts';
import { temporaryPath } from './atomic-file.ts';
import { isRunning, ownIdentity, type ProcessIdentity } from './process-identity.ts';

export interface FileLockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Limit of the wait for another holder; 10 by default. */
  readonly timeoutSeconds?: number;
}

interface Holder extends ProcessIdentity {
  /** Distinguishes two locks of one process. */
  readonly token: string;
}

/**
 * Runs the action while holding a lock that one process of this machine can hold at a time. `path` is the lock's own file;
 * its folder is created if it is missing. The lock of a dead process is taken over.
 * @throws SymphonyError `timeout` naming the holder, `interrupted`, or what the action throws
 */
export async function withFileLock<Result>(
  path: string,
  action: () => Promise<Result> | Result,
  options: FileLockOptions = {},
): Promise<Result> {
  const file = resolve(path);
  const deadline = performance.now() + (options.timeoutSeconds ?? 10) * 1000;
  throwIfAborted(options.signal);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const holder: Holder = { ...ownIdentity(), token: crypto.randomUUID() };
  await acquire(file, holder, deadline, options.signal);
  try {
    return await action();
  } finally {
    await rm(file, { force: true });
  }
}

async function acquire(file: string, holder: Holder, deadline: number, signal: AbortSignal | undefined): Promise<void> {
  const temporary = temporaryPath(file);
  await writeFile(temporary, JSON.stringify(holder), { mode: 0o600, flag: 'wx' });
  try {
    for (let wait = 1; ; wait = Math.min(wait * 1.5, 50)) {
      if (await tryLink(temporary, file)) return;
      const other = await readHolder(file);
      if (other === undefined) continue;
      if (isDead(other)) {
        if (await takeOver(temporary, file, other, holder, deadline, signal)) return;
        continue;
      }
      if (performance.now() >= deadline) throw timeoutError(file, other);
      await pause(wait, signal);
    }
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Several processes may see the same dead holder, and a slow one must not remove the lock that another has taken since.
 * So a takeover needs a second lock, under which it reads the holder again: only a takeover replaces a dead holder's file,
 * and there is one at a time. If the holder of the second lock dies, that lock is taken over in the same way.
 */
async function takeOver(
  temporary: string,
  file: string,
  dead: Holder | 'unreadable',
  holder: Holder,
  deadline: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const steal = `${file}.steal`;
  await acquire(steal, holder, deadline, signal);
  try {
    const current = await readHolder(file);
    if (current === undefined || !sameHolder(current, dead)) return false;
    await rename(temporary, file);
    return true;
  } finally {
    await rm(steal, { force: true });
  }
}

async function tryLink(temporary: string, file: string): Promise<boolean> {
  try {
    await link(temporary, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** `unreadable` means that the machine crashed: a lock file has its name only once it is complete. */
async function readHolder(file: string): Promise<Holder | 'unreadable' | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { pid, startTime, bootId, host, token } = JSON.parse(text) as Partial<Holder>;
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return 'unreadable';
    return { pid, startTime: `${startTime}`, bootId: `${bootId}`, host: `${host}`, token: `${token}` };
  } catch {
    return 'unreadable';
  }
}

function isDead(holder: Holder | 'unreadable'): boolean {
  return holder === 'unreadable' || isRunning(holder) === false;
}

function sameHolder(a: Holder | 'unreadable', b: Holder | 'unreadable'): boolean {
  return a === 'unreadable' || b === 'unreadable' ? a === b : a.token === b.token;
}

/** Waits a random part of the time, so that many waiters do not retry at once. */
async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(milliseconds * (0.5 + Math.random() / 2), undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    throw signal?.aborted ? abortError(signal) : error;
  }
}

function timeoutError(file: string, holder: Holder | 'unreadable'): SymphonyError {
  const who = holder === 'unreadable' ? 'an unknown process' : `process ${holder.pid} on ${holder.host}`;
  return new SymphonyError('timeout', `The lock ${file} is held by ${who}.`, {
    hint: 'Wait until that process is done. If it is on another machine and gone for good, remove the file.',
  });
}
