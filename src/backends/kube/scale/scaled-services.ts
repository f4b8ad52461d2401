import { type AssignedService, choosePorts } from '../../../engine/spec/resolve/networking.ts';
import type { ResolvedExperiment } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { type KubeLocation, serviceHost } from '../manifests/object-names.ts';

/**
 * The services of an experiment with other numbers of replicas. Those that stay keep their ports; new ones get ports that
 * no service has, not even one that is removed.
 * @param known the services before
 * @throws SymphonyError `conflict` if the port range is too small
 */
export function scaledServices(
  known: readonly AssignedService[],
  { services, portRange }: Pick<ResolvedExperiment, 'services' | 'portRange'>,
  location: KubeLocation,
): AssignedService[] {
  const ports = new Map(known.map(({ name, port }) => [name, port]));
  const taken = new Set(ports.values());
  const added = services.filter(({ name }) => !ports.has(name));
  const chosen = choosePorts(added, portRange, (port) => taken.has(port));
  return services.map((service) => ({
    ...service,
    port: ports.get(service.name) ?? chosen.get(service.name) ?? 0,
    host: serviceHost(location, service.name),
    listenHost: '0.0.0.0',
  }));
}
