import { isName } from '../names.ts';
import { formatPath, type Problem } from '../problem.ts';
import { type ExpandedService, servicesOf } from '../resolve/expand-services.ts';
import type { DeclaredProcess, ExpandedProcess } from '../resolve/expand-spec.ts';
import { firstOfEach, tooLong } from './check-names.ts';

/** Services that belong to two processes, and ports that two services want. */
export function checkServices(processes: readonly ExpandedProcess[]): Problem[] {
  const problems: Problem[] = [];
  const byName = new Map<string, ExpandedService>();
  const byPort = new Map<number, ExpandedService>();
  const replicated = new Set<string>();
  const services = processes.flatMap(servicesOf);
  for (const service of services) {
    const path = service.declaredAt;
    if (!isName(service.name)) problems.push({ path, message: tooLong(service.name) });
    const same = byName.get(service.name);
    if (same !== undefined) problems.push({ path, message: twiceBound(service, same) });
    byName.set(service.name, service);
    if (service.name !== service.declaredName) replicated.add(service.declaredName);
    if (service.wantedPort === null) continue;
    const rival = byPort.get(service.wantedPort);
    if (rival !== undefined) problems.push({ path, message: twiceWanted(service.wantedPort, service, rival) });
    byPort.set(service.wantedPort, service);
  }
  for (const service of services) {
    if (service.name !== service.declaredName || !replicated.has(service.name)) continue;
    const message = `${JSON.stringify(service.name)} also stands for all replicas of a process that has it; use another name`;
    problems.push({ path: service.declaredAt, message });
  }
  const declared = new Set(processes.map((expanded) => expanded.declared));
  return [...firstOfEach(problems), ...[...declared].flatMap(disagreements)];
}

/** A name that one process both binds and exposes is one service with one port. */
function disagreements({ spec, path }: DeclaredProcess): Problem[] {
  const bind = new Map(Object.entries(spec.bind ?? {}));
  return Object.entries(spec.expose ?? {}).flatMap(([name, port]) => {
    const bound = bind.get(name) ?? null;
    if (bound === null || port === null || bound === port) return [];
    const message = `wants port ${port}, and ${bound} where it is bound; both must be the same`;
    return [{ path: [...path, 'expose', name], message }];
  });
}

function twiceBound(service: ExpandedService, other: ExpandedService): string {
  return `${JSON.stringify(service.name)} is also a service of ${other.path}; use another name`;
}

function twiceWanted(port: number, service: ExpandedService, other: ExpandedService): string {
  if (formatPath(service.declaredAt) === formatPath(other.declaredAt)) {
    return `its replicas cannot all have port ${port}; leave the port out, and each gets a free one`;
  }
  return `port ${port} is also wanted by ${other.path}; choose another, or leave it out to get a free one`;
}
