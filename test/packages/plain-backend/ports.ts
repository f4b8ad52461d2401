import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { choosePorts, type ResolvedExperiment } from '@symphony-run/symphony/engine';

/** The ports of all experiments of this program. */
const held = new Set<number>();

/** Assigns and holds a free port for each service. @throws SymphonyError `conflict` */
export async function holdPorts({ services, portRange }: ResolvedExperiment): Promise<ReadonlyMap<string, number>> {
  const taken = new Set<number>();
  for (;;) {
    const chosen = choosePorts(services, portRange, (port) => held.has(port) || taken.has(port));
    const ports = [...chosen.values()];
    for (const port of ports) held.add(port);
    const free = await Promise.all(ports.map(canListen));
    if (free.every(Boolean)) return chosen;
    releasePorts(ports);
    for (const [index, port] of ports.entries()) if (!free[index]) taken.add(port);
  }
}

export function releasePorts(ports: readonly number[]): void {
  for (const port of ports) held.delete(port);
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** The TCP ports on which a program listens. A connection would tell, too, but not every server survives one that ends at once. */
export function listeningPorts(): ReadonlySet<number> {
  const rows = ['/proc/net/tcp', '/proc/net/tcp6']
    .filter(existsSync)
    .flatMap((path) => readFileSync(path, 'utf8').split('\n').slice(1));
  const fields = rows.map((row) => row.trim().split(/\s+/));
  // State 0A is LISTEN.
  const addresses = fields.filter(([, , , state]) => state === '0A').map(([, address]) => address);
  return new Set(addresses.map((address) => Number.parseInt(address?.split(':')[1] ?? '', 16)));
}
