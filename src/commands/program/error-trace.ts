import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SymphonyError } from '../../engine/contract/errors.ts';
import { symphonyPaths } from '../../engine/files/paths.ts';
import { version } from '../../engine/version.ts';

/** The number of files that are kept, the newest. */
const maxFiles = 20;

/** Whether an error is no one that Symphony reports on purpose: its message alone may not explain it. */
export function isUnexpected(thrown: unknown): boolean {
  return !(thrown instanceof SymphonyError) && !(thrown instanceof Error && thrown.name === 'AbortError');
}

/** The stack traces of an error and of its causes; empty if it has none. */
export function traceOf(thrown: unknown): string {
  const stacks: string[] = [];
  for (let error = thrown; error instanceof Error && stacks.length < 10; error = error.cause) {
    stacks.push(error.stack ?? String(error));
  }
  return stacks.join('\nCaused by: ');
}

/**
 * Writes the stack trace of an unexpected error to a file in the folder of state. Never throws.
 * @returns what tells where the trace is, as a sentence
 */
export function keepTrace(thrown: unknown, folder: string = join(symphonyPaths().state, 'errors')): string {
  const shownBy = 'Its stack trace is shown with SYMPHONY_DEBUG=1.';
  const trace = traceOf(thrown);
  if (trace === '') return shownBy;
  const path = join(folder, `${new Date().toISOString().replaceAll(':', '-')}-${process.pid}.txt`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const about = `Symphony ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`;
    writeFileSync(path, `${about}\n${trace}\n`, { mode: 0o600 });
    removeOldest(folder);
  } catch {
    return shownBy;
  }
  return `Its stack trace is in ${path}`;
}

/** Their names begin with their times. */
function removeOldest(folder: string): void {
  const names = readdirSync(folder).sort();
  for (const name of names.slice(0, Math.max(0, names.length - maxFiles))) rmSync(join(folder, name), { force: true });
}
