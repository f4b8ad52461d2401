import type { AssignedService } from '../../../engine/spec/resolve/networking.ts';
import { isPublished, type LaunchFacts } from './launch-facts.ts';

/** What the containers of services say of their ports, of which only those of exposed services are published. */
export function published(
  services: readonly AssignedService[],
  facts: Pick<LaunchFacts, 'isLocal' | 'publishAddress'>,
) {
  const exposed = services.filter(({ kind }) => kind === 'expose');
  if (exposed.length === 0 || !isPublished(facts)) return {};
  const bindings = exposed.map(({ port }) => [
    `${port}/tcp`,
    [{ HostIp: facts.publishAddress, HostPort: String(port) }],
  ]);
  return { PortBindings: Object.fromEntries(bindings) };
}

export function exposedPorts(services: readonly AssignedService[]) {
  if (services.length === 0) return {};
  return { ExposedPorts: Object.fromEntries(services.map(({ port }) => [`${port}/tcp`, {}])) };
}
