import { appendFileSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { symphonyPaths } from '../../../engine/files/paths.ts';

/** A log that exceeds this size is renamed, replacing the previously renamed one. */
const maxLogBytes = 256 * 1024;
const maxEntryCharacters = 2_000;
const maxLineCharacters = 300;
const maxLines = 12;

/** Path of the supervisors' log: short entries of plain text, of which the newest are kept. */
export function supervisorLogPath(): string {
  return join(symphonyPaths().state, 'supervisor.log');
}

/** Adds an entry. A failed write is ignored, because it must not end the supervisor. */
export function logSupervisor(text: string): void {
  try {
    shortenSupervisorLog();
    appendFileSync(supervisorLogPath(), `${new Date().toISOString()} [${process.pid}] ${text}\n`, { mode: 0o600 });
  } catch {
    // The disk is full or not writable; supervision continues.
  }
}

/** Renames a log that has become too large. */
export function shortenSupervisorLog(): void {
  const path = supervisorLogPath();
  try {
    if (statSync(path).size > maxLogBytes) renameSync(path, `${path}.1`);
  } catch {
    // There is no log yet.
  }
}

/**
 * Formats an error with its stack in bounded size: the source line that Node.js prints with it may be a whole bundle.
 */
export function describeFault(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
  const lines = text.split('\n').slice(0, maxLines);
  return lines
    .map((line) => line.slice(0, maxLineCharacters))
    .join('\n')
    .slice(0, maxEntryCharacters);
}

/**
 * The last error that Node.js itself wrote into the log, as one line; undefined if there is none after offset `from`.
 */
export function lastCrash(from: number): string | undefined {
  try {
    const text = readFileSync(supervisorLogPath()).subarray(from).toString('utf8');
    const lines = text.split('\n').map((line) => line.slice(0, maxLineCharacters).trim());
    const errors = lines.filter((line) => /^(\w*Error\b|FATAL ERROR|\/bin\/sh:|sh:|exec:)/.test(line));
    return errors.at(-1);
  } catch {
    return undefined;
  }
}
