import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { type FileLockOptions, withFileLock } from '../../../engine/files/file-lock.ts';
import { machineIdentity } from '../../kit/host/machine-identity.ts';
import { supervisorSocket } from '../../kit/host/runtime-folder.ts';
import { SupervisorConnection } from '../connection/supervisor-connection.ts';
import { supervisorLock } from '../connection/supervisor-silence.ts';
import { machinesFolder } from '../records/experiment-folder.ts';
import type { Runner } from '../runs/runner.ts';
import { Supervisor } from './supervisor.ts';
import { SupervisorServer } from './supervisor-server.ts';

/** An idle supervisor exits after this time and not earlier, because the next command often follows at once. */
const idleMilliseconds = 1_000;
const pollMilliseconds = 5_000;
/** How long a new supervisor waits for one that is exiting. */
const takeoverSeconds = 20;
const answerMilliseconds = 50;
/** A retiring supervisor finishes running requests for at most this long. */
const retireMilliseconds = 15_000;

/**
 * Runs this user's supervisor on this machine until it has nothing to supervise, or until a newer one replaces it.
 * `onReady` is called once it answers.
 * @returns false, at once, if another supervisor is running
 */
export async function runSupervisor(runners: Readonly<Record<string, Runner>>, onReady: () => void): Promise<boolean> {
  const redundant = new AbortController();
  const look = setInterval(async () => {
    if (await isAnswered()) redundant.abort();
  }, answerMilliseconds);
  const options = { signal: redundant.signal, timeoutSeconds: takeoverSeconds };
  const run = () => {
    clearInterval(look);
    return supervise(runners, onReady);
  };
  try {
    await withFileLock(supervisorLock(), () => withStateLock(run, options), options);
    return true;
  } catch (error) {
    if (!redundant.signal.aborted) throw error;
    return false;
  } finally {
    clearInterval(look);
  }
}

/**
 * Takes a second lock inside the state folder, because the location of the runtime folder may change while a supervisor
 * runs. If the state folder is not writable the lock is skipped: such a supervisor cannot change state either.
 */
async function withStateLock(run: () => Promise<void>, options: FileLockOptions): Promise<void> {
  let hasStarted = false;
  const begin = () => {
    hasStarted = true;
    return run();
  };
  try {
    await withFileLock(join(machinesFolder(), machineIdentity().machine, 'supervisor.lock'), begin, options);
  } catch (error) {
    if (hasStarted || error instanceof SymphonyError) throw error;
    await run();
  }
}

/** Whether another supervisor already answers: of several that start at the same moment, one is enough. */
async function isAnswered(): Promise<boolean> {
  try {
    const connection = await SupervisorConnection.open(supervisorSocket());
    connection?.close();
    return connection !== undefined;
  } catch {
    // The socket exists, and its supervisor is too busy to accept connections.
    return true;
  }
}

async function supervise(runners: Readonly<Record<string, Runner>>, onReady: () => void): Promise<void> {
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
  const supervisor = new Supervisor({ runners, onIdle: considerIdle });
  const server = new SupervisorServer(supervisorSocket(), supervisor, {
    onRetire: () => end.abort(),
    onDisconnect: considerIdle,
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
