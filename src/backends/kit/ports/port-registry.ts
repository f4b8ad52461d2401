import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { writeFileAtomic } from '../../../engine/files/atomic-file.ts';
import { withFileLock } from '../../../engine/files/file-lock.ts';
import { choosePorts } from '../../../engine/spec/resolve/networking.ts';
import type { ResolvedService } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { machineIdentity } from '../host/machine-identity.ts';
import { runtimeFolder } from '../host/runtime-folder.ts';
import { canListen, type Listener, listeningPorts, socketHolder } from './listening-ports.ts';

/** The holder of a port; the port is free again once the experiment's folder is gone. */
interface PortHolder {
  readonly experiment: string;
  readonly folder: string;
}

interface Registry {
  readonly boot: string;
  readonly ports: Readonly<Record<string, PortHolder>>;
}

/**
 * Assigns each service a port on this machine: the wanted one, or a free one. A port is free if no program listens on
 * it and no other experiment of this user holds it. A lock prevents two launches from choosing the same port.
 * @throws SymphonyError `conflict` naming the holder of a wanted port, `failed` if the range is used up
 */
export async function assignPorts(
  holder: PortHolder,
  services: readonly ResolvedService[],
  range: readonly [number, number],
): Promise<ReadonlyMap<string, number>> {
  if (services.length === 0) return new Map();
  return updateRegistry(async (ports) => {
    const listening = await listeningPorts();
    for (const service of services) {
      if (service.wantedPort !== null) await checkWanted(service, ports, listening, holder);
    }
    const taken = new Set([...Object.keys(ports).map(Number), ...listening.keys()]);
    for (;;) {
      const chosen = choosePorts(services, range, (port) => taken.has(port));
      const refused: number[] = [];
      for (const port of chosen.values()) if (!(await canListen(port))) refused.push(port);
      if (refused.length === 0) {
        const added = [...chosen.values()].map((port) => [String(port), holder] as const);
        return { ports: { ...ports, ...Object.fromEntries(added) }, result: chosen };
      }
      for (const service of services) {
        if (service.wantedPort !== null && refused.includes(service.wantedPort)) throw portTaken(service, undefined);
      }
      for (const port of refused) taken.add(port);
    }
  });
}

/** Releases the ports of an experiment. */
export async function releasePorts(folder: string): Promise<void> {
  await updateRegistry((ports) => {
    const left = Object.entries(ports).filter(([, holder]) => holder.folder !== folder);
    return Promise.resolve({ ports: Object.fromEntries(left), result: undefined });
  });
}

async function checkWanted(
  service: ResolvedService,
  ports: Registry['ports'],
  listening: ReadonlyMap<number, readonly Listener[]>,
  own: PortHolder,
): Promise<void> {
  const wanted = service.wantedPort as number;
  const holder = ports[String(wanted)];
  if (holder !== undefined && holder.folder !== own.folder) throw portTaken(service, `experiment ${holder.experiment}`);
  const [listener] = listening.get(wanted) ?? [];
  if (listener !== undefined) throw portTaken(service, socketHolder(listener.socket));
}

function portTaken(service: ResolvedService, holder: string | undefined): SymphonyError {
  return new SymphonyError(
    'conflict',
    `${service.path}: port ${service.wantedPort} for service ${service.name} is in use${holder === undefined ? '' : ` by ${holder}`}.`,
    { hint: 'End that program, request another port, or give none to get a free one.' },
  );
}

async function updateRegistry<Result>(
  update: (ports: Registry['ports']) => Promise<{ ports: Registry['ports']; result: Result }>,
): Promise<Result> {
  const path = join(runtimeFolder(), 'ports.json');
  return withFileLock(`${path}.lock`, async () => {
    const { ports, result } = await update(readPorts(path));
    const registry: Registry = { boot: machineIdentity().boot, ports };
    await writeFileAtomic(path, JSON.stringify(registry));
    return result;
  });
}

/** The ports still held: a restart of the machine releases all, removal of a folder those of its experiment. */
function readPorts(path: string): Registry['ports'] {
  try {
    const registry = JSON.parse(readFileSync(path, 'utf8')) as Registry;
    if (registry.boot !== machineIdentity().boot) return {};
    return Object.fromEntries(Object.entries(registry.ports).filter(([, holder]) => existsSync(holder.folder)));
  } catch {
    return {};
  }
}
