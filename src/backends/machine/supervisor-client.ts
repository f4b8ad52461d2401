import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SymphonyError } from '../../engine/errors.ts';
import { symphonyPaths } from '../../engine/paths.ts';
import { buildTime } from '../../engine/version.ts';
import { ownFile } from './own-files.ts';
import { protocolVersion } from './protocol.ts';
import { supervisorSocket } from './runtime-folder.ts';
import { SupervisorConnection } from './supervisor-connection.ts';

const startMilliseconds = 20_000;

/** A connection to the supervisor if one is running; an older build's makes room first, and counts as none. */
export async function findSupervisor(): Promise<SupervisorConnection | undefined> {
  const connection = await SupervisorConnection.open(supervisorSocket());
  if (connection === undefined) return undefined;
  try {
    const other = await connection.call('hello', { protocol: protocolVersion, build: buildTime });
    if (other.build < buildTime) {
      await connection.call('retire', {});
      await connection.closed;
      return undefined;
    }
    if (other.protocol === protocolVersion) return connection;
  } catch {
    connection.close();
    return undefined;
  }
  connection.close();
  throw new SymphonyError('conflict', 'A newer Symphony watches over this machine’s experiments.', {
    hint: 'Use that version, or restart this program if it was upgraded while running.',
  });
}

/** A connection to the supervisor, which is started if none is running. */
export async function reachSupervisor(): Promise<SupervisorConnection> {
  const deadline = performance.now() + startMilliseconds;
  for (;;) {
    const connection = await findSupervisor();
    if (connection !== undefined) return connection;
    await startSupervisor();
    const started = await findSupervisor();
    if (started !== undefined) return started;
    if (performance.now() > deadline) throw cannotStart('it does not answer');
    // Another one is being started, or is just leaving.
    await delay(20);
  }
}

/**
 * Starts it on its own, with nothing of this process's surroundings: no environment, terminal, folder or open files.
 * The shell between the two ends at once, so that the supervisor is nobody's child: an experiment that starts another one
 * must not take its supervisor along when it is deleted.
 */
async function startSupervisor(): Promise<void> {
  const { state } = symphonyPaths();
  try {
    mkdirSync(state, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw cannotStart((error as Error).message);
  }
  const logPath = join(state, 'supervisor.log');
  const log = openForWriting(logPath);
  try {
    const child = spawn(
      '/bin/sh',
      ['-c', '"$@" & exit 0', 'sh', process.execPath, ...nodeOptions(), ownFile('supervisor')],
      {
        cwd: '/',
        detached: true,
        env: supervisorEnvironment(),
        stdio: ['ignore', log ?? 'ignore', log ?? 'ignore', 'pipe'],
      },
    );
    const ready = child.stdio[3] as NodeJS.ReadableStream;
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      // A byte when it answers; the end if it died before.
      ready.once('data', () => resolve());
      ready.once('end', () => resolve());
    });
    (ready as unknown as { destroy(): void }).destroy();
  } finally {
    if (log !== undefined) closeSync(log);
  }
}

/** Sources that are run as they are need what the bundle does not. */
function nodeOptions(): string[] {
  return ownFile('supervisor').endsWith('.ts') ? ['--disable-warning=ExperimentalWarning'] : [];
}

function openForWriting(path: string): number | undefined {
  try {
    return openSync(path, 'a', 0o600);
  } catch {
    return undefined;
  }
}

/** Only what tells where state lies. The processes get the environment of whoever launches them. */
function supervisorEnvironment(): Record<string, string> {
  const kept: Record<string, string> = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
  for (const name of [
    'HOME',
    'SYMPHONY_HOME',
    'XDG_STATE_HOME',
    'XDG_CONFIG_HOME',
    'SYMPHONY_MACHINE_ID',
    'SYMPHONY_BOOT_ID',
  ]) {
    const value = process.env[name];
    if (value !== undefined) kept[name] = value;
  }
  if (kept.SYMPHONY_HOME !== undefined) kept.SYMPHONY_HOME = symphonyPaths().config;
  return kept;
}

function cannotStart(why: string): SymphonyError {
  const log = join(symphonyPaths().state, 'supervisor.log');
  let last = '';
  try {
    last = readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? '';
  } catch {
    // It never came to writing one.
  }
  return new SymphonyError('failed', `The supervisor cannot be started: ${why}.`, {
    hint: last === '' ? undefined : `Its last word, in ${log}: ${last}`,
  });
}
