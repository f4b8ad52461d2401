import { SymphonyError } from '../../../engine/contract/errors.ts';
import { choosePorts } from '../../../engine/spec/resolve/networking.ts';
import type { ResolvedService } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { belongsToLaunch } from '../host/process-table.ts';
import { type RegisterHolder, SharedRegister } from '../host/shared-register.ts';
import { canListen, findSocketHolder, type Listener, listeningPorts, socketHolder } from './listening-ports.ts';

const register = new SharedRegister<RegisterHolder>('ports');

/**
 * Assigns each service a port on this machine: the wanted one, or a free one. A port is free if no program listens on
 * it and no other experiment of this user holds it. A lock prevents two launches from choosing the same port.
 * @param reserved ports that no service gets that wants none
 * @throws SymphonyError `conflict` naming the holder of a wanted port, `failed` if the range is used up
 */
export async function assignPorts(
  holder: RegisterHolder,
  services: readonly ResolvedService[],
  range: readonly [number, number],
  reserved: ReadonlySet<number> = new Set(),
): Promise<ReadonlyMap<string, number>> {
  if (services.length === 0) return new Map();
  return register.update(async (ports) => {
    const chosen = await findPorts(services, range, { ports, listening: await listeningPorts(), reserved }, holder);
    const added = [...chosen.values()].map((port) => [String(port), holder] as const);
    return { entries: { ...ports, ...Object.fromEntries(added) }, result: chosen };
  });
}

/**
 * The ports that `assignPorts` would assign once an experiment has ended that is to be replaced: what it holds, and what
 * its processes listen on, counts as free. Assigns nothing.
 * @param holder with the folder of that experiment
 * @param launchId of that experiment, undefined if it is unknown
 * @throws as `assignPorts`
 */
export async function previewPorts(
  holder: RegisterHolder,
  services: readonly ResolvedService[],
  range: readonly [number, number],
  launchId: string | undefined,
  reserved: ReadonlySet<number> = new Set(),
): Promise<ReadonlyMap<string, number>> {
  if (services.length === 0) return new Map();
  const ports = register.read();
  const isOwn = (port: number) => ports[String(port)]?.folder === holder.folder;
  const listening = new Map(await listeningPorts());
  const released = new Set(Object.keys(ports).map(Number).filter(isOwn));
  // A port that no service wants can be replaced by another one, so its listeners are not looked up.
  for (const { wantedPort } of services) {
    if (wantedPort === null) continue;
    const listeners = listening.get(wantedPort) ?? [];
    const isReleased = ({ socket }: Listener) => willBeReleased(socket, launchId, isOwn(wantedPort));
    if (!listeners.every(isReleased)) released.delete(wantedPort);
    else if (listeners.length > 0) released.add(wantedPort);
  }
  for (const port of released) listening.delete(port);
  const others = Object.fromEntries(Object.entries(ports).filter(([, { folder }]) => folder !== holder.folder));
  return findPorts(services, range, { ports: others, listening, released, reserved }, holder);
}

/** @param isHeld whether the experiment holds the port; its listener then counts as its own if that is unclear */
function willBeReleased(socket: string, launchId: string | undefined, isHeld: boolean): boolean {
  const pid = findSocketHolder(socket);
  if (pid === undefined || launchId === undefined) return isHeld;
  return belongsToLaunch(pid, launchId) ?? isHeld;
}

/** What is in use on this machine. */
interface PortsInUse {
  /** The holders, by port. */
  readonly ports: Readonly<Record<string, RegisterHolder>>;
  readonly listening: ReadonlyMap<number, readonly Listener[]>;
  /** Ports that cannot be bound at present, and are free nevertheless. */
  readonly released?: ReadonlySet<number>;
  readonly reserved: ReadonlySet<number>;
}

async function findPorts(
  services: readonly ResolvedService[],
  range: readonly [number, number],
  { ports, listening, released, reserved }: PortsInUse,
  holder: RegisterHolder,
): Promise<ReadonlyMap<string, number>> {
  for (const service of services) {
    if (service.wantedPort !== null) await checkWanted(service, ports, listening, holder);
  }
  const taken = new Set([...Object.keys(ports).map(Number), ...listening.keys()]);
  const isTaken = (port: number) => taken.has(port);
  const isWanted = (port: number) => services.some(({ wantedPort }) => wantedPort === port);
  for (;;) {
    const chosen = choosePorts(services, range, (port) => isTaken(port) || (reserved.has(port) && !isWanted(port)));
    const refused: number[] = [];
    for (const port of chosen.values()) if (!released?.has(port) && !(await canListen(port))) refused.push(port);
    if (refused.length === 0) return chosen;
    for (const service of services) {
      if (service.wantedPort !== null && refused.includes(service.wantedPort)) throw portTaken(service, undefined);
    }
    for (const port of refused) taken.add(port);
  }
}

/** Releases the ports of an experiment. */
export function releasePorts(folder: string): Promise<void> {
  return register.release(folder);
}

/** Releases the ports of an experiment except these. */
export async function retainPorts(folder: string, retained: readonly number[]): Promise<void> {
  const kept = new Set(retained.map(String));
  await register.update(async (ports) => {
    const left = Object.entries(ports).filter(([port, holder]) => holder.folder !== folder || kept.has(port));
    return { entries: Object.fromEntries(left), result: undefined };
  });
}

async function checkWanted(
  service: ResolvedService,
  ports: Readonly<Record<string, RegisterHolder>>,
  listening: ReadonlyMap<number, readonly Listener[]>,
  own: RegisterHolder,
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
