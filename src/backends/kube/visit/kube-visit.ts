import { resolveName } from '../../../engine/client/names/match.ts';
import type { Visit, VisitOptions } from '../../../engine/contract/capabilities.ts';
import { sameProcess } from '../../../engine/contract/status.ts';
import { notRunning } from '../../../engine/text/common-errors.ts';
import { isReachable } from '../../kit/connection/is-reachable.ts';
import { forwardedVisit, lastingVisit, onChange } from '../../kit/connection/local-forward.ts';
import type { KubeClient } from '../api/kube-client.ts';
import { memberKey, newestPod } from '../status/process-pods.ts';
import type { ExperimentEntry } from '../watch/experiment-entry.ts';
import type { ExperimentIndex } from '../watch/experiment-index.ts';
import { readExperiment } from '../watch/list-experiments.ts';
import { nodeAddress } from './node-address.ts';
import { forwardPort } from './port-forward.ts';
import { externalAddress } from './service-status.ts';

/**
 * Makes a service reachable: by its external address, else by a node port that is reachable from here, else by a port
 * of this machine that is forwarded to its pod, and to the next pod after a restart.
 */
export async function visitService(
  client: KubeClient,
  { index, entry }: { readonly index: ExperimentIndex; readonly entry: ExperimentEntry },
  wanted: string,
  { signal, onProblem }: VisitOptions,
): Promise<Visit> {
  const { services } = entry;
  const found = resolveName(
    'service',
    wanted,
    services.map(({ name }) => name),
  );
  const service = services.find(({ name }) => name === found) as (typeof services)[number];
  const object = index.service(entry, found);
  const external = object && externalAddress(object);
  if (external !== undefined) return lastingVisit(external, service.port);
  const nodePort: number | undefined = object?.spec?.ports?.[0]?.nodePort;
  // A load balancer without an address has a node port as well.
  if (nodePort !== undefined) {
    const address = await nodeAddress(client, signal);
    if (address !== undefined && (await isReachable(address, nodePort))) return lastingVisit(address, nodePort);
  }
  const { name, location } = entry.known;
  const findPod = async () => {
    const { index: now, entry: current } = await readExperiment(
      client,
      { namespaces: [location.namespace], preferred: undefined },
      name,
    );
    const pod = newestPod(now.pods(current, memberKey(service.owner)));
    if (pod?.status?.phase !== 'Running') {
      const status = current.statuses.find((known) => sameProcess(known, service.owner));
      throw notRunning(service.owner, pod === undefined ? undefined : status);
    }
    return { namespace: location.namespace, pod: pod.metadata.name, port: service.port };
  };
  // A missing pod is reported at once, and not only to the first connection.
  await findPod();
  const options = { wantedPort: service.port, onProblem: onChange(onProblem) };
  return forwardedVisit(await forwardPort(client, findPod, options));
}
