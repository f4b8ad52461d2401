import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';

/** A new folder for each test of a file, removed afterwards; it contains SYMPHONY_HOME, and no other setting is set. */
export function scratchFolder(): { path(...parts: string[]): string } {
  let folder = '';
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'symphony-engine-')));
    for (const name of Object.keys(process.env)) if (name.startsWith('SYMPHONY_')) vi.stubEnv(name, undefined);
    vi.stubEnv('SYMPHONY_HOME', join(folder, 'home'));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
  return { path: (...parts) => join(folder, ...parts) };
}
