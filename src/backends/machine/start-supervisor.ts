import { spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { abortError, SymphonyError } from '../../engine/errors.ts';
import { symphonyPaths } from '../../engine/paths.ts';
import { systemErrorText } from '../../engine/system-error.ts';
import { bundledFile } from './bundled-file.ts';
import type { ConnectOptions } from './supervisor-connection.ts';
import { lastCrash, shortenSupervisorLog, supervisorLogPath } from './supervisor-log.ts';

/**
 * What became of the start of a supervisor: it answers; another one does, or is about to; or it died, and why.
 */
export type StartOutcome =
  | { readonly type: 'ready' | 'needless' }
  | { readonly type: 'died'; readonly reason: string | undefined };

const noticeMilliseconds = 2_000;
/** Taking over what runs may take a while where the disk is slow. */
const startMilliseconds = 30_000;

/**
 * Starts it on its own, with nothing of this process's surroundings: no environment, terminal, folder or open files.
 * The shell between the two ends at once, so that the supervisor has no parent here: an experiment that starts another one
 * must not take its supervisor along when it is deleted.
 */
export async function startSupervisor({ signal, onWait }: ConnectOptions): Promise<StartOutcome> {
  makeStateFolder();
  shortenSupervisorLog();
  const log = openForWriting(supervisorLogPath());
  const from = log === undefined ? 0 : fstatSync(log).size;
  try {
    const child = spawn(
      '/bin/sh',
      ['-c', '"$@" & exit 0', 'sh', process.execPath, ...nodeOptions(), bundledFile('supervisor')],
      {
        cwd: '/',
        detached: true,
        env: supervisorEnvironment(),
        stdio: ['ignore', log ?? 'ignore', log ?? 'ignore', 'pipe'],
      },
    );
    const failure = new Promise<never>((_, reject) => {
      child.once('error', (error) => reject(cannotStart(error.message)));
    });
    const said = await Promise.race([failure, readReport(child.stdio[3] as Readable, { signal, onWait })]);
    if (said === 'ready' || said === 'needless') return { type: said };
    return { type: 'died', reason: /^failed: (.*)$/s.exec(said)?.[1] ?? lastCrash(from) };
  } finally {
    if (log !== undefined) closeSync(log);
  }
}

/** @param why in words, or what the system says */
export function cannotStart(why: string, hint = `What it said is in ${supervisorLogPath()}.`): SymphonyError {
  return new SymphonyError('failed', `The supervisor cannot be started: ${why.replace(/\.$/, '')}.`, { hint });
}

/** What it says on this descriptor when it answers, or why it does not; '' if it dies without a word. */
function readReport(report: Readable, { signal, onWait }: ConnectOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const end = (settle: () => void) => {
      clearTimeout(word);
      clearTimeout(deadline);
      signal?.removeEventListener('abort', onAbort);
      report.destroy();
      settle();
    };
    const onAbort = () => end(() => reject(abortError(signal as AbortSignal)));
    const word = setTimeout(() => onWait?.('Waiting for the supervisor to start.'), noticeMilliseconds);
    const deadline = setTimeout(
      () => end(() => reject(cannotStart(`it has not answered within ${startMilliseconds / 1000} s`))),
      startMilliseconds,
    );
    signal?.addEventListener('abort', onAbort, { once: true });
    report.setEncoding('utf8');
    report.on('data', (text: string) => {
      said += text;
      if (said.endsWith('\n')) end(() => resolve(said.trim()));
    });
    report.once('end', () => end(() => resolve(said.trim())));
    report.once('error', () => end(() => resolve(said.trim())));
    if (signal?.aborted) onAbort();
  });
}

function makeStateFolder(): void {
  const { state } = symphonyPaths();
  try {
    mkdirSync(state, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Node.js reports so, too, that nothing can be made on a read-only file system.
    const why = code === 'ENOENT' ? 'it cannot be made there' : systemErrorText(error as NodeJS.ErrnoException);
    throw new SymphonyError('failed', `Symphony cannot keep its state in ${state}: ${why}.`, {
      hint: 'Set SYMPHONY_HOME to a folder that you may write to.',
      cause: error,
    });
  }
}

/** Sources that are run as they are need what the bundle does not. */
function nodeOptions(): string[] {
  return bundledFile('supervisor').endsWith('.ts') ? ['--disable-warning=ExperimentalWarning'] : [];
}

function openForWriting(path: string): number | undefined {
  try {
    return openSync(path, 'a', 0o600);
  } catch {
    return undefined;
  }
}

/** Only what tells where state lies. The processes get the environment of the shell that launches them. */
function supervisorEnvironment(): Record<string, string> {
  const environment: Record<string, string> = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
  for (const name of [
    'HOME',
    'SYMPHONY_HOME',
    'XDG_STATE_HOME',
    'XDG_CONFIG_HOME',
    'SYMPHONY_MACHINE_ID',
    'SYMPHONY_BOOT_ID',
  ]) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  if (environment.SYMPHONY_HOME !== undefined) environment.SYMPHONY_HOME = symphonyPaths().config;
  return environment;
}
