import { type AssignedService, choosePorts } from '../../engine/networking.ts';
import type { ResolvedExperiment } from '../../engine/spec/resolved-experiment.ts';
import { type KubeLocation, serviceHost } from './object-names.ts';

/**
 * Ports and names of an experiment's services: always the same for the same spec, because on a cluster no other
 * experiment can have taken a port.
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
