import { setTimeout as delay } from 'node:timers/promises';
import type { ExperimentRecord } from '../../supervision/records/experiment-record.ts';
import type { EngineClient } from '../api/engine-client.ts';
import { isStatus } from '../api/engine-error.ts';
import { labels, launchLabels } from '../containers/labels.ts';
import { networkName } from '../containers/object-names.ts';
import { networkOf, type Owner } from './prepare-launch.ts';

/** How long an engine may refuse something for a passing reason. */
const busyMilliseconds = 10_000;
/** How long an engine may take to count a container less that has left a network. */
const countMilliseconds = 2_000;
const retryMilliseconds = 100;
/** A younger network may be that of a launch that has not yet created its first container. */
const youngMilliseconds = 60_000;

/** Creates the network of an experiment, unless it exists or the experiment uses another. */
export async function ensureNetwork(client: EngineClient, record: ExperimentRecord, owner: Owner): Promise<void> {
  const launch = { experiment: record.name, launchId: record.launchId };
  const name = networkName(launch);
  if (networkOf(record) !== name) return;
  if ((await client.listNetworks({ [labels.launch]: record.launchId })).length > 0) return;
  const create = () => client.createNetwork(name, launchLabels({ ...launch, ...owner }));
  // Podman looks at each network interface of its machine, and fails if one vanishes meanwhile.
  await retried(create, /no such network interface/).catch((error: unknown) => {
    // Another start was faster.
    if (!isStatus(error, 409)) throw error;
  });
}

/**
 * Removes a network. An engine takes containers out of their networks shortly after it has removed them, and Docker sometimes
 * miscounts containers that leave at the same time: it then keeps an empty network until it restarts.
 * @returns `miscounted` if the engine keeps it for that reason
 */
export async function removeNetwork(client: EngineClient, id: string): Promise<'removed' | 'miscounted'> {
  let emptySince: number | undefined;
  const isMiscounted = async () => {
    const containers = (await client.inspectNetwork(id))?.Containers ?? {};
    emptySince = Object.keys(containers).length === 0 ? (emptySince ?? performance.now()) : undefined;
    return emptySince !== undefined && performance.now() - emptySince > countMilliseconds;
  };
  const isRemoved = await retried(() => client.removeNetwork(id), /active endpoints|being used|in use/i, isMiscounted);
  return isRemoved ? 'removed' : 'miscounted';
}

/**
 * Does something again while the engine refuses it for a passing reason.
 * @param isGivenUp asked after each refusal
 * @returns whether it was done
 */
async function retried(
  action: () => Promise<unknown>,
  passing: RegExp,
  isGivenUp: () => Promise<boolean> = () => Promise.resolve(false),
): Promise<boolean> {
  const deadline = performance.now() + busyMilliseconds;
  for (;;) {
    try {
      await action();
      return true;
    } catch (error) {
      if (!isStatus(error, 403, 409, 500) || performance.now() > deadline || !passing.test(error.said)) throw error;
    }
    if (await isGivenUp()) return false;
    await delay(retryMilliseconds);
  }
}

/** Removes networks of deleted launches that the engine kept when it had miscounted. @param except their names */
export async function removeUnusedNetworks(
  client: EngineClient,
  { owner }: Owner,
  except: readonly string[],
): Promise<void> {
  const [networks, containers] = await Promise.all([
    client.listNetworks({ [labels.owner]: owner }),
    client.listContainers({ [labels.owner]: owner }),
  ]);
  const inUse = new Set(containers.map(({ Labels }) => Labels[labels.launch]));
  for (const { Id, Name, Labels, Created = '' } of networks) {
    if (inUse.has(Labels?.[labels.launch] ?? '') || except.includes(Name)) continue;
    // A comparison with an unreadable time is false.
    if (!(Date.now() - Date.parse(Created) > youngMilliseconds)) continue;
    await client.removeNetwork(Id).catch(() => undefined);
  }
}
