import { setTimeout as delay } from 'node:timers/promises';
import { SymphonyError, throwIfAborted } from '../../engine/errors.ts';
import { buildTime } from '../../engine/version.ts';
import { protocolVersion } from './protocol.ts';
import { supervisorSocket } from './runtime-folder.ts';
import { cannotStart, type StartOutcome, startSupervisor } from './start-supervisor.ts';
import { type ConnectOptions, isConnectionLost, SupervisorConnection } from './supervisor-connection.ts';
import { supervisorLock, supervisorPid, supervisorSilent } from './supervisor-silence.ts';

/** For a supervisor that is just starting or leaving. */
const takeoverMilliseconds = 20_000;
/** One that makes room for a newer one finishes first what it is asked. */
const retireMilliseconds = 30_000;
/** So many supervisors may die while starting: the next one would, too. */
const maxFailedStarts = 3;

/** A connection to the supervisor if one is running; an older build's makes room first, and counts as none. */
export async function findSupervisor(connectOptions: ConnectOptions = {}): Promise<SupervisorConnection | undefined> {
  throwIfAborted(connectOptions.signal);
  const connection = await SupervisorConnection.open(supervisorSocket(), connectOptions);
  if (connection === undefined) return undefined;
  try {
    const other = await connection.call('hello', { protocol: protocolVersion, build: buildTime });
    if (other.build < buildTime) {
      await connection.call('retire', {});
      await waitUntilRetired(connection, connectOptions);
      return undefined;
    }
    if (other.protocol === protocolVersion) return connection;
  } catch (error) {
    connection.close();
    if (isConnectionLost(error)) return undefined;
    throw error;
  }
  connection.close();
  throw new SymphonyError('conflict', 'A newer Symphony watches over this machine’s experiments.', {
    hint: 'Use that version, or restart this program if it was upgraded while running.',
  });
}

async function waitUntilRetired(connection: SupervisorConnection, { signal }: ConnectOptions): Promise<void> {
  const deadline = delay(retireMilliseconds, 'late', { ref: false });
  if ((await Promise.race([connection.closed, deadline])) !== 'late') return throwIfAborted(signal);
  throw supervisorSilent(supervisorPid(), retireMilliseconds / 1000);
}

/**
 * A connection to the supervisor, which is started if none is running.
 * @throws SymphonyError `failed` with the reason if it cannot be started, or if there is one that does not answer
 */
export async function reachSupervisor(connectOptions: ConnectOptions = {}): Promise<SupervisorConnection> {
  const deadline = performance.now() + takeoverMilliseconds;
  for (let failedStarts = 0; ; ) {
    const connection = await findSupervisor(connectOptions);
    if (connection !== undefined) return connection;
    const outcome = await startSupervisor(connectOptions);
    const started = await findSupervisor(connectOptions);
    if (started !== undefined) return started;
    if (outcome.type === 'died') failedStarts += 1;
    if (outcome.type === 'died' && failedStarts >= maxFailedStarts)
      throw cannotStart(outcome.reason ?? 'it ends at once');
    if (performance.now() > deadline) throw notReached(outcome);
    // Another one is being started, or is just leaving.
    await delay(20 * 4 ** failedStarts);
  }
}

function notReached(outcome: StartOutcome): SymphonyError {
  if (outcome.type === 'died' && outcome.reason !== undefined) return cannotStart(outcome.reason);
  const pid = supervisorPid();
  if (pid !== undefined) return supervisorSilent(pid);
  return cannotStart(`nothing answers at ${supervisorSocket()}, and its place is taken (${supervisorLock()})`);
}
