import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import {
  type AssignedService,
  compilePattern,
  describeProgress,
  formatAddress,
  type PreambleProgress,
  parseProgress,
  type ResolvedReadiness,
} from '@symphony-run/symphony/engine';
import { listeningPorts } from './ports.ts';
import type { ProcessLog } from './process-log.ts';

export interface Checked {
  readonly services: readonly AssignedService[];
  readonly env: Readonly<Record<string, string>>;
  /** The argv of the process's shell, without `-c`. */
  readonly shell: readonly string[];
  readonly startDir: string;
  readonly progressFile: string;
  readonly log: ProcessLog;
}

/** Finds out why a process is not ready, in words; undefined if it is. */
export type ReadinessCheck = (signal: AbortSignal) => Promise<string | undefined>;

const commandMilliseconds = 10_000;

/** The check of a process that is not ready at its start. */
export function readinessCheck(ready: ResolvedReadiness, checked: Checked): ReadinessCheck {
  switch (ready.kind) {
    case 'started':
      return preambleOver(checked.progressFile);
    case 'listening':
      return listening(checked.services.filter(({ name }) => ready.services.includes(name)));
    case 'log':
      return logLine(compilePattern(ready.pattern), checked.log);
    case 'command':
      return command(ready.command, checked);
  }
}

function preambleOver(progressFile: string): ReadinessCheck {
  return async () => {
    const progress = readProgress(progressFile);
    return progress?.isOver ? undefined : describeProgress(progress);
  };
}

/** How far a preamble is; undefined before it begins. */
export function readProgress(progressFile: string): PreambleProgress | undefined {
  try {
    return parseProgress(readFileSync(progressFile, 'utf8'));
  } catch {
    return undefined;
  }
}

function listening(services: readonly AssignedService[]): ReadinessCheck {
  return async () => {
    const open = listeningPorts();
    const missing = services.find(({ port }) => !open.has(port));
    if (missing === undefined) return undefined;
    return `nothing listens on ${formatAddress(missing.host, missing.port)} (service ${missing.name}) yet`;
  };
}

function logLine(pattern: RegExp, log: ProcessLog): ReadinessCheck {
  let position = 0;
  return async () => {
    const lines = log.slice(position, log.next);
    position = log.next;
    if (lines.some(({ bytes }) => pattern.test(bytes.toString('utf8')))) return undefined;
    return `no log line matches /${pattern.source}/ yet`;
  };
}

function command(words: string | readonly string[], { env, shell, startDir }: Checked): ReadinessCheck {
  const [program = '', ...args] = typeof words === 'string' ? [...shell, '-c', words] : words;
  return async (signal) => {
    const options = { env, cwd: startDir, signal, timeout: commandMilliseconds, killSignal: 'SIGKILL' } as const;
    try {
      await promisify(execFile)(program, args, options);
      return undefined;
    } catch (error) {
      const { code, killed } = error as { code?: number | string; killed?: boolean };
      if (killed) return `the readiness command did not end within ${commandMilliseconds / 1000} s`;
      return typeof code === 'number'
        ? `the readiness command ended with exit code ${code}`
        : `the readiness command cannot be run: ${(error as Error).message}`;
    }
  };
}
