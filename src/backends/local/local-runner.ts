import { spawn } from 'node:child_process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { bundledFile } from '../kit/programs/bundled-file.ts';
import { KeeperRunner } from '../supervision/keeper/runs/keeper-runner.ts';
import type { KeeperToStart } from '../supervision/keeper/runs/keeper-starter.ts';

/** Spawning blocks the event loop; between batches the supervisor answers requests and handles other experiments. */
const batchSize = 16;
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Starts a keeper for each run without a terminal; a run with one gets a terminal holder that starts the keeper in its
 * terminal.
 */
export class LocalRunner extends KeeperRunner {
  override async startKeepers(_record: unknown, runs: readonly KeeperToStart[]): Promise<ReadonlyMap<string, Error>> {
    const errors = new Map<string, Error>();
    for (let begin = 0; begin < runs.length; begin += batchSize) {
      const batch = runs.slice(begin, begin + batchSize);
      // One failed start must not hide that the others succeeded.
      await Promise.all(batch.map((run) => startKeeper(run).catch((error: Error) => errors.set(run.key, error))));
      await nextTurn();
    }
    return errors;
  }

  override removeTraces(): Promise<void> {
    return Promise.resolve();
  }
}

function startKeeper(run: KeeperToStart): Promise<void> {
  const [program, argv] = run.process.tty
    ? [process.execPath, [bundledFile('terminal-holder'), run.launchFile, run.runPath, run.logFile]]
    : ['/bin/sh', [bundledFile('keeper.sh'), 'file', run.launchFile, run.runPath, run.logFile]];
  return new Promise((resolve, reject) => {
    const child = spawn(program, argv, { cwd: '/', detached: true, env: { PATH: systemPath }, stdio: 'ignore' });
    child.once('error', reject);
    child.once('spawn', () => {
      child.unref();
      resolve();
    });
  });
}
