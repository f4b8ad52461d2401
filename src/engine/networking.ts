import { SymphonyError } from './errors.ts';
import type { ResolvedService } from './spec/resolved-experiment.ts';
import { type ProcessReference, sameProcess } from './status.ts';

/** A service with the port and the addresses it has on its cluster. */
export interface AssignedService extends ResolvedService {
  readonly port: number;
  /** What others connect to: a name or an address. */
  readonly host: string;
  /** What its owner listens on. */
  readonly listenHost: string;
}

/**
 * The variables that tell one process of all services of its experiment: `SYMPH_<NAME>_HOST`, `_PORT`, `_ADDR`. In the
 * service's owner HOST is what it listens on; ADDR is always what the others use.
 *
 * A replicated service is found under its declared name as well, without a number, so that one program runs unchanged
 * whether it has replicas or not: in the process that owns a replica that is its own, and in the other processes of the
 * same replica of a group it is the group's, if the group has just one. Elsewhere the declared name means nothing.
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

/** `host:port`, with the brackets that an IPv6 address needs. */
export function formatAddress(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * A port for each service, by its name: the wanted one, or the lowest of the range that is not taken. Never twice the same,
 * and always the same for the same answers of `isTaken`.
 * @throws SymphonyError `conflict` if a wanted port is taken, or the range has too few that are not
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
        hint: 'End what has it, want another port, or leave it out for a free one.',
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
