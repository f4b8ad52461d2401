import { SymphonyError } from '../../contract/errors.ts';
import { type ProcessReference, sameProcess } from '../../contract/status.ts';
import { formatAddress } from '../../text/format-address.ts';
import type { ResolvedService } from './resolved-experiment.ts';

/** A service with its port and its addresses on the cluster. */
export interface AssignedService extends ResolvedService {
  readonly port: number;
  /** The name or address that other processes connect to. */
  readonly host: string;
  /** The address that its owner listens on. */
  readonly listenHost: string;
  /** Where people reach it, if that is not `host`. */
  readonly visitHost?: string;
  /** Present where its port is not one of the launching machine, so that what listens there does not matter. */
  readonly hasOwnNetwork?: true;
}

/**
 * The variables with which one process finds all services of its experiment: `SYMPH_<NAME>_HOST`, `_PORT`, `_ADDR`. In the
 * service's owner, HOST is the address it listens on; ADDR is always the address that the others use.
 *
 * A replicated service is available under its declared name as well, without a number, so that one program runs unchanged
 * with replicas and without. In the process that owns a replica of the service, the name means that replica. In the other
 * processes of the same replica of a group, it means the group's replica, if the group has just one. Elsewhere it is unset.
 */
export function serviceEnvironment(
  services: readonly AssignedService[],
  reference: ProcessReference,
): Record<string, string> {
  const environment: Record<string, string> = {};
  const nearby = new Map<string, AssignedService[]>();
  for (const service of services) {
    Object.assign(environment, variables(service.name, service, reference));
    if (service.declaredName === service.name) continue;
    const isNear = reference.group !== null && service.owner.group === reference.group;
    if (isNear || sameProcess(service.owner, reference)) {
      nearby.set(service.declaredName, [...(nearby.get(service.declaredName) ?? []), service]);
    }
  }
  for (const [declaredName, candidates] of nearby) {
    const own = candidates.find(({ owner }) => sameProcess(owner, reference));
    const meant = own ?? (candidates.length === 1 ? candidates[0] : undefined);
    if (meant !== undefined) Object.assign(environment, variables(declaredName, meant, reference));
  }
  return environment;
}

function variables(name: string, service: AssignedService, reference: ProcessReference): Record<string, string> {
  const prefix = `SYMPH_${name.toUpperCase().replaceAll('-', '_')}`;
  return {
    [`${prefix}_HOST`]: sameProcess(service.owner, reference) ? service.listenHost : service.host,
    [`${prefix}_PORT`]: String(service.port),
    [`${prefix}_ADDR`]: formatAddress(service.host, service.port),
  };
}

/**
 * A port for each service, by its name: the wanted one, or the lowest free one of the range. No port is assigned twice,
 * and the result depends only on the answers of `isTaken`.
 * @throws SymphonyError `conflict` if a wanted port is taken, or the range has too few free ports
 */
export function choosePorts(
  services: readonly ResolvedService[],
  range: readonly [number, number],
  isTaken: (port: number) => boolean,
): Map<string, number> {
  const chosen = new Map<string, number>();
  const given = new Map<number, string>();
  for (const { name, path, wantedPort } of services) {
    if (wantedPort === null) continue;
    const other = given.get(wantedPort);
    if (other !== undefined || isTaken(wantedPort)) {
      throw new SymphonyError('conflict', `${path}: port ${wantedPort} is taken${other ? ` by ${other}` : ''}.`, {
        hint: 'End the program that uses it, choose another port, or leave the port out to get a free one.',
      });
    }
    given.set(wantedPort, name);
    chosen.set(name, wantedPort);
  }
  let [next] = range;
  for (const { name, path, wantedPort } of services) {
    if (wantedPort !== null) continue;
    while (next <= range[1] && (given.has(next) || isTaken(next))) next += 1;
    if (next > range[1]) {
      throw new SymphonyError('conflict', `${path}: no port from ${range[0]} to ${range[1]} is free.`, {
        hint: 'End an experiment, or set a wider portRange.',
      });
    }
    chosen.set(name, next);
    next += 1;
  }
  return chosen;
}
