import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeProcesses, type hostProcesses, killAll, processesMentioning } from './host-processes.ts';
import { waitFor } from './wait-for.ts';

/** A separate folder for everything Symphony keeps (SYMPHONY_HOME), and one for the files of a test. */
export interface TemporaryHome {
  readonly home: string;
  readonly folder: string;
  /** Every running process of this home: its supervisor, keepers, processes and commands. */
  running(): ReturnType<typeof hostProcesses>;
  /** Resolves once nothing of this home runs; rejects naming what still runs after `timeout` seconds. */
  expectNothingLeft(timeout?: number): Promise<void>;
  /** Kills whatever still runs, and removes both folders. */
  remove(): Promise<void>;
}

/** @param name The last part of the home's path, for paths with special characters. */
export async function temporaryHome(name = 'home'): Promise<TemporaryHome> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'symphony-test-')));
  const running = () => processesMentioning(root);
  return {
    home: join(root, name),
    folder: root,
    running,
    async expectNothingLeft(timeout = 30) {
      await waitFor(() => running().length === 0, { timeout, what: 'everything to be gone' }).catch(() => {
        throw new Error(`Left running: ${describeProcesses(running()).join('; ')}`);
      });
    },
    async remove() {
      const end = () => {
        killAll(running());
        return running().length === 0;
      };
      await waitFor(end, { what: 'killed processes to go' });
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
