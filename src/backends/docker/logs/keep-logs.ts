import { messageOf } from '../../../engine/contract/errors.ts';
import { parseProcessKey } from '../../../engine/contract/process-key.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import { LogCollector } from '../../../engine/history/collect-log.ts';
import { toLogLines } from '../../kit/logs/log-lines.ts';
import { readTimedLog } from '../../kit/logs/timed-log.ts';
import { TimedPosition } from '../../kit/logs/timed-position.ts';
import type { LogKeeping } from '../../supervision/runs/runner.ts';
import type { EngineClient } from '../api/engine-client.ts';
import type { ListedContainer } from '../api/engine-objects.ts';
import { inParallel } from '../api/in-parallel.ts';
import { runOf } from '../containers/labels.ts';
import { containerLog } from './read-log.ts';

/**
 * Copies the ends of the logs of containers into the history, of each process one log with all its runs; also of replicas
 * that were removed.
 * @returns descriptions of what could not be kept
 * @throws the system's error if the history cannot be written to
 */
export async function keepLogs(
  client: EngineClient,
  containers: readonly ListedContainer[],
  { archive, logBytes, signal }: LogKeeping,
): Promise<readonly string[]> {
  if (logBytes === 0) return [];
  const notes: string[] = [];
  const byKey = Map.groupBy(containers, ({ Labels }) => runOf(Labels)?.key);
  await inParallel([...byKey], async ([key, own]) => {
    // The containers of groups have no log.
    if (key === undefined) return;
    const reference = parseProcessKey(key);
    const collector = new LogCollector(logBytes);
    for (const { Id: id, Labels } of [...own].sort((a, b) => a.Created - b.Created || runNumber(a) - runNumber(b))) {
      const run = runOf(Labels)?.run ?? 1;
      try {
        const tty = (await client.inspect(id, signal))?.Config.Tty ?? false;
        for await (const lines of readTimedLog(containerLog(client, id, tty), {
          position: new TimedPosition(),
          signal,
        }))
          collector.take(toLogLines(reference, run, lines, { timestamps: true }));
      } catch (error) {
        signal.throwIfAborted();
        notes.push(`the log of run ${run} of ${formatProcess(reference)} could not be read: ${messageOf(error)}`);
      }
    }
    await archive.addLog(reference, collector.content(), collector.chunks());
  });
  return notes;
}

function runNumber({ Labels }: ListedContainer): number {
  return runOf(Labels)?.run ?? 0;
}
