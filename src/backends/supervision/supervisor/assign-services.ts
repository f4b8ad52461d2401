import { type AssignedService, choosePorts } from '../../../engine/spec/resolve/networking.ts';
import type { ResolvedService } from '../../../engine/spec/resolve/resolved-experiment.ts';
import type { ServiceHosts } from '../runs/runner.ts';

export interface ServicesToAssign {
  readonly services: readonly ResolvedService[];
  readonly range: readonly [number, number];
  readonly hostsOf: (service: ResolvedService) => ServiceHosts;
  /** The ports of services that keep theirs, by name. */
  readonly known?: ReadonlyMap<string, number>;
}

/** Assigns ports of this machine, by service. @param reserved no port that no service wants is one of these */
type AssignHere = (
  services: readonly ResolvedService[],
  reserved: ReadonlySet<number>,
) => Promise<ReadonlyMap<string, number>>;

/**
 * Gives each service its hosts and a port: one of this machine, or any where it has a network of its own.
 * @throws SymphonyError `conflict` if a wanted port is taken, or the range has too few free ports
 */
export async function assignServices(
  { services, range, hostsOf, known = new Map() }: ServicesToAssign,
  assignHere: AssignHere,
): Promise<AssignedService[]> {
  const added = services.filter(({ name }) => !known.has(name));
  const isApart = (service: ResolvedService) => hostsOf(service).hasOwnNetwork === true;
  const apart = added.filter(isApart);
  const wanted = choosePorts(
    apart.filter(({ wantedPort }) => wantedPort !== null),
    range,
    () => false,
  );
  // One process may have services of both kinds, which cannot share a port.
  const reserved = new Set([...known.values(), ...wanted.values()]);
  const here = await assignHere(
    added.filter((service) => !isApart(service)),
    reserved,
  );
  const taken = new Set([...reserved, ...here.values()]);
  const free = choosePorts(
    apart.filter(({ wantedPort }) => wantedPort === null),
    range,
    (port) => taken.has(port),
  );
  const ports = new Map([...known, ...wanted, ...here, ...free]);
  return services.map((service) => ({
    ...service,
    port: ports.get(service.name) as number,
    ...hostsOf(service),
  }));
}
