import { spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { abortError, SymphonyError } from '../../../engine/contract/errors.ts';
import { symphonyPaths } from '../../../engine/files/paths.ts';
import { systemErrorText } from '../../../engine/files/system-error.ts';
import { bundledFile } from '../../kit/programs/bundled-file.ts';
import { lastCrash, shortenSupervisorLog, supervisorLogPath } from '../supervisor/supervisor-log.ts';
import type { ConnectOptions } from './supervisor-connection.ts';

/**
 * Outcome of starting a supervisor: it answers; it is not needed, because another one answers or is about to; or it
 * died, and why.
 */
export type StartOutcome =
  | { readonly type: 'ready' | 'needless' }
  | { readonly type: 'died'; readonly reason: string | undefined };

const noticeMilliseconds = 2_000;
/** Adopting running experiments may take a while on a slow disk. */
const startMilliseconds = 30_000;

/**
 * Starts the supervisor detached: it inherits no environment, terminal, folder or open files. The intermediate shell
 * exits at once, so that the supervisor has no parent here: deleting an experiment that started another one must not
 * end the supervisor.
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
    const reportText = await Promise.race([failure, readReport(child.stdio[3] as Readable, { signal, onWait })]);
    if (reportText === 'ready' || reportText === 'needless') return { type: reportText };
    return { type: 'died', reason: /^failed: (.*)$/s.exec(reportText)?.[1] ?? lastCrash(from) };
  } finally {
    if (log !== undefined) closeSync(log);
  }
}

/** @param why in words, or the system's message */
export function cannotStart(why: string, hint = `Its messages are in ${supervisorLogPath()}.`): SymphonyError {
  return new SymphonyError('failed', `The supervisor cannot be started: ${why.replace(/\.$/, '')}.`, { hint });
}

/** Reads the supervisor's report: that it answers, or why not; '' if it dies without one. */
function readReport(report: Readable, { signal, onWait }: ConnectOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    let reportText = '';
    const end = (settle: () => void) => {
      clearTimeout(notice);
      clearTimeout(deadline);
      signal?.removeEventListener('abort', onAbort);
      report.destroy();
      settle();
    };
    const onAbort = () => end(() => reject(abortError(signal as AbortSignal)));
    const notice = setTimeout(() => onWait?.('Waiting for the supervisor to start.'), noticeMilliseconds);
    const deadline = setTimeout(
      () => end(() => reject(cannotStart(`it has not answered within ${startMilliseconds / 1000} s`))),
      startMilliseconds,
    );
    signal?.addEventListener('abort', onAbort, { once: true });
    report.setEncoding('utf8');
    report.on('data', (text: string) => {
      reportText += text;
      if (reportText.endsWith('\n')) end(() => resolve(reportText.trim()));
    });
    report.once('end', () => end(() => resolve(reportText.trim())));
    report.once('error', () => end(() => resolve(reportText.trim())));
    if (signal?.aborted) onAbort();
  });
}

function makeStateFolder(): void {
  const { state } = symphonyPaths();
  try {
    mkdirSync(state, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Node.js reports ENOENT for a read-only file system, too.
    const why = code === 'ENOENT' ? 'it cannot be created there' : systemErrorText(error as NodeJS.ErrnoException);
    throw new SymphonyError('failed', `Symphony cannot keep its state in ${state}: ${why}.`, {
      hint: 'Set SYMPHONY_HOME to a folder that you may write to.',
      cause: error,
    });
  }
}

/** Unbundled sources need an option that the bundle does not. */
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

/** Only the variables that locate the state. Processes get the environment of the shell that launches them. */
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
