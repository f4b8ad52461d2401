import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, SymphonyError } from '../../../engine/contract/errors.ts';
import type { ExperimentRecord } from '../../supervision/records/experiment-record.ts';
import type { EngineClient } from '../api/engine-client.ts';
import { isStatus } from '../api/engine-error.ts';
import type { ListedContainer } from '../api/engine-objects.ts';
import { labels, launchLabels } from '../containers/labels.ts';
import { networkName } from '../containers/object-names.ts';
import { inParallel } from './in-parallel.ts';
import { networkOf, type Owner } from './prepare-launch.ts';

const networkMilliseconds = 10_000;
const retryMilliseconds = 100;

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

/** An engine takes containers out of their networks shortly after it has removed them. */
async function removeNetwork(client: EngineClient, id: string): Promise<void> {
  await retried(() => client.removeNetwork(id), /active endpoints|being used|in use/i);
}

/** Does something again while the engine refuses it for a passing reason. */
async function retried(action: () => Promise<unknown>, passing: RegExp): Promise<void> {
  const deadline = performance.now() + networkMilliseconds;
  for (;;) {
    try {
      await action();
      return;
    } catch (error) {
      if (!isStatus(error, 403, 409, 500) || performance.now() > deadline || !passing.test(error.said)) throw error;
    }
    await delay(retryMilliseconds);
  }
}

/**
 * Removes all containers of a launch, with their anonymous volumes, and then its own volumes and its network.
 * @throws SymphonyError `failed` naming what is left
 */
export async function removeLaunch(client: EngineClient, launchId: string): Promise<void> {
  const filter = { [labels.launch]: launchId };
  const problems: string[] = [];
  const note = (what: string) => (error: unknown) => problems.push(`${what}: ${messageOf(error)}`);
  const remove = ({ Id, Names }: ListedContainer) =>
    client.removeContainer(Id).catch(note(`container ${Names[0]?.slice(1) ?? Id}`));
  const isHolder = ({ Labels }: ListedContainer) => Labels[labels.group] !== undefined;
  const containers = await client.listContainers(filter);
  const isTunnel = ({ Labels }: ListedContainer) => Labels[labels.tunnel] !== undefined;
  const isRun = (container: ListedContainer) => !isTunnel(container) && !isHolder(container);
  // Podman removes no container whose network others still use.
  for (const kind of [isTunnel, isRun, isHolder]) await inParallel(containers.filter(kind), remove);
  for (const { Name } of await client.listVolumes(filter))
    await client.removeVolume(Name).catch(note(`volume ${Name}`));
  for (const { Id, Name } of await client.listNetworks(filter))
    await removeNetwork(client, Id).catch(note(`network ${Name}`));
  const left = await client.listContainers(filter);
  if (problems.length === 0 && left.length === 0) return;
  const what = problems.length > 0 ? problems : left.map(({ Names, Id }) => `container ${Names[0]?.slice(1) ?? Id}`);
  throw new SymphonyError('failed', `could not be removed: ${what.join('; ')}`);
}
