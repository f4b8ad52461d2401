import { text } from 'node:stream/consumers';
import { TimedLineSplitter } from '../../kit/logs/timed-lines.ts';
import type { KubeClient } from '../api/kube-client.ts';
import { openLog } from './log-stream.ts';
import type { PodRuns } from './logged-runs.ts';

/**
 * Whether the node has replaced the newest known container of a pod by another one, which the API shows only later. The
 * node answers requests for logs from its own view: a run that it has replaced is its previous one.
 */
export async function hasNewerRun(
  client: KubeClient,
  { container, previous, startedAt }: PodRuns,
  signal: AbortSignal,
): Promise<boolean> {
  const response = await openLog(client, container, { previous: true, tailLines: 1 }, signal);
  if (response === undefined) return false;
  try {
    if (previous === undefined) return true;
    const splitter = new TimedLineSplitter();
    const lines = splitter.push(Buffer.from(await text(response)));
    const last = [...lines, ...splitter.flush()].at(-1);
    // The status has times in whole seconds: only a line of a later second is certainly not of the run before.
    return last !== undefined && Date.parse(last.time) >= Date.parse(startedAt ?? '') + 1000;
  } finally {
    response.destroy();
  }
}
