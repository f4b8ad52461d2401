import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SymphonyError } from '../../engine/errors.ts';
import { type FileLockOptions, withFileLock } from '../../engine/file-lock.ts';
import { machinesFolder } from './experiment-folder.ts';
import { machineIdentity } from './machine-identity.ts';
import type { RunStarter } from './run-starter.ts';
import { supervisorSocket } from './runtime-folder.ts';
import { Supervisor } from './supervisor.ts';
import { SupervisorConnection } from './supervisor-connection.ts';
import { SupervisorServer } from './supervisor-server.ts';
import { supervisorLock } from './supervisor-silence.ts';

/** With nothing to watch over it stays for so long, because the next command often follows at once. */
const idleMilliseconds = 1_000;
const pollMilliseconds = 5_000;
/** One that is just leaving is waited for so long. */
const takeoverSeconds = 20;
const answerMilliseconds = 50;
/** What is being answered when another supervisor is to take over is finished first. */
const retireMilliseconds = 15_000;

/**
 * Runs the supervisor of this user on this machine until nothing is left to watch over, or until a newer one takes its
 * place. `onReady` is called once it answers.
 * @returns false, at once, if another one is running
 */
export async function runSupervisor(
  starters: Readonly<Record<string, RunStarter>>,
  onReady: () => void,
): Promise<boolean> {
  const needless = new AbortController();
  const look = setInterval(async () => {
    if (await isAnswered()) needless.abort();
  }, answerMilliseconds);
  const options = { signal: needless.signal, timeoutSeconds: takeoverSeconds };
  const run = () => {
    clearInterval(look);
    return supervise(starters, onReady);
  };
  try {
    await withFileLock(supervisorLock(), () => withStateLock(run, options), options);
    return true;
  } catch (error) {
    if (!needless.signal.aborted) throw error;
    return false;
  } finally {
    clearInterval(look);
  }
}

/**
 * Beside the lock in the folder of sockets, because that folder may change its place while a supervisor runs. State that
 * cannot be written has no lock, and changes nothing either.
 */
async function withStateLock(run: () => Promise<void>, options: FileLockOptions): Promise<void> {
  let isBegun = false;
  const begin = () => {
    isBegun = true;
    return run();
  };
  try {
    await withFileLock(join(machinesFolder(), machineIdentity().machine, 'supervisor.lock'), begin, options);
  } catch (error) {
    if (isBegun || error instanceof SymphonyError) throw error;
    await run();
  }
}

/** Whether a supervisor is there already: of several that are started at the same moment, one is enough. */
async function isAnswered(): Promise<boolean> {
  try {
    const connection = await SupervisorConnection.open(supervisorSocket());
    connection?.close();
    return connection !== undefined;
  } catch {
    // It has more to answer than it can.
    return true;
  }
}

async function supervise(starters: Readonly<Record<string, RunStarter>>, onReady: () => void): Promise<void> {
  const end = new AbortController();
  let idle: NodeJS.Timeout | undefined;
  const considerIdle = () => {
    if (supervisor.isBusy || server.isBusy) {
      clearTimeout(idle);
      idle = undefined;
      return;
    }
    idle ??= setTimeout(() => {
      idle = undefined;
      if (!supervisor.isBusy && !server.isBusy) end.abort();
    }, idleMilliseconds);
  };
  const supervisor = new Supervisor({ starters, onIdle: considerIdle });
  const server = new SupervisorServer(supervisorSocket(), supervisor, {
    onRetire: () => end.abort(),
    onLeave: considerIdle,
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => end.abort());
  process.on('SIGHUP', () => undefined);
  await supervisor.adopt();
  await server.listen();
  onReady();
  while (!end.signal.aborted) {
    considerIdle();
    await delay(pollMilliseconds, undefined, { signal: end.signal }).catch(() => undefined);
    if (end.signal.aborted) break;
    await supervisor.poll();
    if (!server.isReachable()) break;
  }
  clearTimeout(idle);
  for (let waited = 0; server.isAnswering && waited < retireMilliseconds; waited += 50) await delay(50);
  server.close();
  await supervisor.close();
}
