import { phraseOf, SymphonyError } from '../../../engine/contract/errors.ts';
import type { EngineClient } from '../api/engine-client.ts';
import type { ListedContainer } from '../api/engine-objects.ts';
import { inParallel } from '../api/in-parallel.ts';
import { labels } from '../containers/labels.ts';
import { removeNetwork, removeUnusedNetworks } from './networks.ts';
import type { Owner } from './prepare-launch.ts';

/**
 * Removes all containers of a launch, with their anonymous volumes, and then its own volumes and its network.
 * @returns what an engine removes only later, in words
 * @throws SymphonyError `failed` naming what is left
 */
export async function removeLaunch(client: EngineClient, launchId: string, owner: Owner): Promise<readonly string[]> {
  const filter = { [labels.launch]: launchId };
  const problems: string[] = [];
  const remains: string[] = [];
  const note = (what: string) => (error: unknown) => problems.push(`${what}: ${phraseOf(error)}`);
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
    if ((await removeNetwork(client, Id).catch(note(`network ${Name}`))) === 'miscounted') remains.push(Name);
  const left = await client.listContainers(filter);
  if (problems.length === 0 && left.length === 0) {
    await removeUnusedNetworks(client, owner, remains).catch(() => undefined);
    const why = 'the engine still counts containers in it, though it is empty';
    return remains.map((name) => `network ${name} remains until the engine restarts: ${why}`);
  }
  const what = problems.length > 0 ? problems : left.map(({ Names, Id }) => `container ${Names[0]?.slice(1) ?? Id}`);
  throw new SymphonyError('failed', `could not be removed: ${what.join('; ')}`);
}
