import { setTimeout as delay } from 'node:timers/promises';
import { SymphonyError, throwIfAborted } from '../../../engine/contract/errors.ts';
import { buildTime } from '../../../engine/version.ts';
import { supervisorSocket } from '../../kit/host/runtime-folder.ts';
import { protocolVersion } from './protocol.ts';
import { cannotStart, type StartOutcome, startSupervisor } from './start-supervisor.ts';
import { type ConnectOptions, isConnectionLost, SupervisorConnection } from './supervisor-connection.ts';
import { supervisorLock, supervisorPid, supervisorSilent } from './supervisor-silence.ts';

/** Time that a supervisor may take to start or to exit. */
const takeoverMilliseconds = 20_000;
/** A retiring supervisor first finishes the requests that it is working on. */
const retireMilliseconds = 30_000;
/** After this many failed starts, further attempts are expected to fail too. */
const maxFailedStarts = 3;

/** Connects to the supervisor if one is running. One of an older build is asked to retire, and counts as none. */
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
  throw new SymphonyError('conflict', 'A newer version of Symphony supervises this machine’s experiments.', {
    hint: 'Use that version, or restart this program if it was upgraded while running.',
  });
}

async function waitUntilRetired(connection: SupervisorConnection, { signal }: ConnectOptions): Promise<void> {
  const deadline = delay(retireMilliseconds, 'late', { ref: false });
  if ((await Promise.race([connection.closed, deadline])) !== 'late') return throwIfAborted(signal);
  throw supervisorSilent(supervisorPid(), retireMilliseconds / 1000);
}

/**
 * Connects to the supervisor, and starts it if none is running.
 * @throws SymphonyError `failed` with the reason if it cannot be started, or if one exists that does not answer
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
    if (performance.now() > deadline) throw unreachableError(outcome);
    // Another supervisor may be starting or exiting.
    await delay(20 * 4 ** failedStarts);
  }
}

function unreachableError(outcome: StartOutcome): SymphonyError {
  if (outcome.type === 'died' && outcome.reason !== undefined) return cannotStart(outcome.reason);
  const pid = supervisorPid();
  if (pid !== undefined) return supervisorSilent(pid);
  return cannotStart(`nothing answers at ${supervisorSocket()}, and its place is taken (${supervisorLock()})`);
}
