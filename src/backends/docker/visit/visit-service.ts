import { resolveName } from '../../../engine/client/names/match.ts';
import type { Visit, VisitOptions } from '../../../engine/contract/capabilities.ts';
import { formatProcess, type ProcessReference } from '../../../engine/contract/status.ts';
import { isReachable } from '../../kit/connection/is-reachable.ts';
import { forwardedVisit, forwardLocally, lastingVisit, onChange } from '../../kit/connection/local-forward.ts';
import type { ExperimentRecord } from '../../supervision/records/experiment-record.ts';
import { isOnThisMachine } from '../api/connection/engine-endpoint.ts';
import type { EngineClient } from '../api/engine-client.ts';
import { isPublished, visitHost } from '../containers/launch-facts.ts';
import { ownOwner } from '../launch/own-owner.ts';
import { factsOf } from '../launch/prepare-launch.ts';
import { Tunnels } from './tunnel.ts';

export interface VisitContext {
  readonly record: ExperimentRecord;
  readonly client: EngineClient;
  /** The id of the container of a process that runs. @throws SymphonyError `conflict` if it does not run */
  readonly findContainer: (owner: ProcessReference) => Promise<string>;
}

/**
 * Makes a service reachable: at the address where it is published, or that of its container, if that is reachable from here;
 * else at a port of this machine, from which a tunnel leads into the container, and into the next one after a restart.
 * @throws SymphonyError `not-found` for an unknown service, `conflict` if only a tunnel can reach it and it does not run
 */
export async function visitService(
  { record, client, findContainer }: VisitContext,
  wanted: string,
  { onProblem }: VisitOptions = {},
): Promise<Visit> {
  const { services, name, launchId } = record;
  const found = resolveName(
    'service',
    wanted,
    services.map((service) => service.name),
  );
  const { owner, kind, port } = services.find((service) => service.name === found) as (typeof services)[number];
  const facts = factsOf(record);
  const published = kind === 'expose' && isPublished(facts) ? visitHost(facts) : undefined;
  if (published !== undefined && (await isReachable(published, port))) return lastingVisit(published, port);
  let container: string;
  try {
    container = await findContainer(owner);
  } catch (error) {
    // The address of one that is published stays, and may be reachable once it runs.
    if (published !== undefined) return lastingVisit(published, port);
    throw error;
  }
  if (published === undefined && isOnThisMachine(client.endpoint)) {
    const address = await addressOf(client, container);
    if (address !== undefined && (await isReachable(address, port))) return lastingVisit(address, port);
  }
  const tunnels = new Tunnels({ client, launch: { experiment: name, launchId, ...ownOwner() }, facts });
  // What prevents a tunnel is reported at once, and not only to the first connection.
  await tunnels.to(container);
  const options = { wantedPort: port, onProblem: onChange(onProblem) };
  const forward = await forwardLocally(async (socket, signal) => {
    const tunnel = await tunnels.to(await findContainer(owner));
    await tunnel.forward(socket, { port, name: formatProcess(owner) }, signal);
  }, options).catch(async (error: unknown) => {
    await tunnels.close();
    throw error;
  });
  const close = async () => {
    await forward.close();
    await tunnels.close();
  };
  return forwardedVisit({ port: forward.port, close });
}

/** The address of a container in its network; undefined if it has none of its own. */
async function addressOf(client: EngineClient, container: string): Promise<string | undefined> {
  const networks = Object.values((await client.inspect(container))?.NetworkSettings?.Networks ?? {});
  return networks.map(({ IPAddress }) => IPAddress).find((address) => address);
}
