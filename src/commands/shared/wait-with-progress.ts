import type { Cluster } from '../../engine/client/cluster.ts';
import { hasReached, type WaitOptions } from '../../engine/client/wait.ts';
import { SymphonyError } from '../../engine/contract/errors.ts';
import { formatProcess, isFinal } from '../../engine/contract/status.ts';
import type { ExperimentSnapshot } from '../../engine/contract/watch.ts';
import type { CommandContext } from '../program/command.ts';
import { watchNotices } from './desktop-notices.ts';

/**
 * Waits, and shows the progress on a terminal, and on the desktop the notices of what happens meanwhile.
 * @param options `isLaunch`: the experiment was just launched, by this command
 * @throws SymphonyError as `Cluster.wait` does, with a hint if the experiment keeps running
 */
export async function waitWithProgress(
  context: Pick<CommandContext, 'signal' | 'progress' | 'program' | 'terminal'>,
  cluster: Cluster,
  name: string,
  { isLaunch = false, ...options }: Pick<WaitOptions, 'for' | 'timeout'> & { readonly isLaunch?: boolean },
): Promise<ExperimentSnapshot> {
  let goesOn = false;
  const notices = await watchNotices(context.terminal, cluster);
  // After a launch all that happened is new.
  let isKnown = !isLaunch;
  const onChange = (snapshot: ExperimentSnapshot) => {
    const { processes } = snapshot;
    if (isKnown) notices?.begin(snapshot);
    else notices?.see(snapshot);
    isKnown = false;
    goesOn = processes.some(({ state }) => !isFinal(state));
    const missing = processes.filter((status) => !hasReached(status, options.for));
    // Blocked processes come first, then those with a reason.
    const waiting = missing.filter(({ reason }) => reason !== undefined);
    const [first] = [...waiting.filter(({ blocked }) => blocked), ...waiting];
    context.progress({
      message: `${name}: ${options.for}`,
      done: processes.length - missing.length,
      total: processes.length,
      ...(first?.reason !== undefined && { detail: `${formatProcess(first)}: ${first.reason}` }),
    });
  };
  try {
    return await cluster.wait(name, { ...options, signal: context.signal, onChange });
  } catch (error) {
    if (!(error instanceof SymphonyError) || (error.code !== 'timeout' && error.code !== 'failed')) throw error;
    const hint = error.hint ?? (goesOn ? goesOnHint(context, name) : undefined);
    throw new SymphonyError(error.code, error.message, { cause: error, hint });
  } finally {
    await notices?.end();
  }
}

/** A hint that the experiment keeps running, with commands to follow and to delete it. */
export function goesOnHint({ program }: Pick<CommandContext, 'program'>, name: string): string {
  const command = program.name();
  return `${name} keeps running; follow it with: ${command} logs -f -e ${name}; end it with: ${command} delete ${name}`;
}
