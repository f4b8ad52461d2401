import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeProcesses, type hostProcesses, killAll, processesMentioning } from './host-processes.ts';
import { waitFor } from './wait-for.ts';

/** A folder of its own for everything Symphony keeps (SYMPHONY_HOME), and a folder for the programs of a test. */
export interface TemporaryHome {
  readonly home: string;
  readonly folder: string;
  /** Everything of this home that runs: its supervisor, keepers, processes and commands. */
  running(): ReturnType<typeof hostProcesses>;
  /** Resolves once nothing of this home runs; throws, naming what does, if that does not come about. */
  expectNothingLeft(timeout?: number): Promise<void>;
  /** Kills what still runs and removes both folders. */
  remove(): Promise<void>;
}

/** @param name A part of the home's path, to try out spaces and letters in it. */
export async function temporaryHome(name = 'home'): Promise<TemporaryHome> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'symphony-test-')));
  const running = () => processesMentioning(root);
  return {
    home: join(root, name),
    folder: root,
    running,
    async expectNothingLeft(timeout = 10) {
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
