import { type AssignedService, choosePorts } from '../../../engine/spec/resolve/networking.ts';
import type { ResolvedExperiment } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { type KubeLocation, serviceHost } from './object-names.ts';

/**
 * Assigns ports and hosts to the services of an experiment. The same spec always gets the same ports, because other
 * experiments on a cluster cannot occupy them.
 * @throws SymphonyError `conflict` if the port range is too small
 */
export function assignServices(resolved: ResolvedExperiment, location: KubeLocation): AssignedService[] {
  const ports = choosePorts(resolved.services, resolved.portRange, () => false);
  return resolved.services.map((service) => ({
    ...service,
    port: ports.get(service.name) ?? 0,
    host: serviceHost(location, service.name),
    listenHost: '0.0.0.0',
  }));
}
