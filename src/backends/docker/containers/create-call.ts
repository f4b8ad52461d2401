import { processKey } from '../../../engine/contract/process-key.ts';
import { sameProcess } from '../../../engine/contract/status.ts';
import { symphonyEnvironment } from '../../../engine/spec/resolve/environment.ts';
import type { AssignedService } from '../../../engine/spec/resolve/networking.ts';
import { declaredEnvironment } from '../../../engine/spec/resolve/references.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { secretsDir } from '../../kit/files/secret-mounts.ts';
import { gpuEnvironment, wantsGpus } from '../../kit/gpus/gpu.ts';
import { mergeMaps } from '../../kit/patch/merge-maps.ts';
import { containerCommand } from '../../kit/programs/container-command.ts';
import type { DockerProcess } from '../section/docker-experiment.ts';
import type { DockerSettings } from '../section/section-types.ts';
import type { CreateCall } from './create-call-body.ts';
import { anyGpus } from './gpu-access.ts';
import { type LaunchLabels, labels, launchLabels } from './labels.ts';
import type { LaunchFacts } from './launch-facts.ts';
import { mountsStartDir } from './mounted-folder.ts';
import { groupVolumeName, holderName } from './object-names.ts';
import { imageOf } from './process-image.ts';
import { exposedPorts, published } from './published-ports.ts';
import { type SecretSets, secretVolume } from './secret-volumes.ts';

/** What the containers of an experiment share. */
export interface CallContext {
  readonly launch: LaunchLabels;
  readonly facts: LaunchFacts;
  readonly services: readonly AssignedService[];
  /** The network of the experiment. */
  readonly network: string;
  readonly secretSets: SecretSets;
}

/** Where the preamble of a process writes down how far it is. */
export const progressFile = '/.symphony/preamble';

/**
 * The call that creates the container of a process, without what differs from run to run.
 * @param secretValues of its secret variables
 * @param hasStartDir whether its `startDir` exists on this machine
 */
export function createCall(
  member: DockerProcess,
  context: CallContext,
  {
    secretValues,
    hasStartDir,
  }: { readonly secretValues: Readonly<Record<string, string>>; readonly hasStartDir: boolean },
): CreateCall {
  const { resolved, settings } = member;
  const { launch, facts, services } = context;
  const isMounted = hasStartDir && mountsStartDir(resolved, settings, facts);
  const user = settings.user ?? (isMounted ? facts.user : undefined);
  const workingDir = settings.workingDir === undefined ? resolved.startDir : settings.workingDir;
  const own = services.filter(({ owner }) => sameProcess(owner, resolved));
  const limited = limits(resolved, settings);
  const requests = facts.isLocal || !wantsGpus(resolved) ? [] : anyGpus(resolved.resources.gpu ?? 0, limited, facts);
  const body = {
    Image: imageOf(member, launch),
    // An entry point without a command of its own replaces both of the image.
    Entrypoint: containerCommand(resolved, progressFile),
    Cmd: [],
    Env: Object.entries(environment(resolved, context, secretValues)).map(([name, value]) => `${name}=${value}`),
    ...(workingDir === null ? {} : { WorkingDir: workingDir }),
    ...(user === undefined ? {} : { User: user }),
    ...(resolved.group === null ? { Hostname: resolved.name, ...exposedPorts(own) } : {}),
    Labels: { ...settings.labels, ...launchLabels(launch), [labels.process]: processKey(resolved) },
    Tty: resolved.tty,
    OpenStdin: resolved.tty,
    StopSignal: `SIG${resolved.stop.signal}`,
    StopTimeout: Math.ceil(resolved.stop.timeout),
    HostConfig: {
      ...(resolved.group === null
        ? { NetworkMode: context.network, ...published(own, facts), ...extraHosts(settings) }
        : inGroup(launch, resolved.group)),
      RestartPolicy: { Name: 'no' },
      Init: settings.init,
      // What is written through a mount belongs to the launching user.
      ...(isMounted && facts.remapsUsers ? { UsernsMode: 'host' } : {}),
      LogConfig: logConfig(resolved, facts),
      ...mounts(resolved, settings, isMounted, context),
      ...limited,
      // Those of this machine are given to each run.
      ...(requests.length === 0 ? {} : { DeviceRequests: requests }),
    },
    ...(resolved.group === null
      ? { NetworkingConfig: { EndpointsConfig: { [context.network]: { Aliases: aliases(resolved, own) } } } }
      : {}),
  };
  return settings.patches.reduce<CreateCall>((merged, patch) => mergeMaps(merged, patch) as CreateCall, body);
}

function environment(
  resolved: ResolvedProcess,
  { launch, services }: CallContext,
  secretValues: Readonly<Record<string, string>>,
): Record<string, string> {
  const symphony = symphonyEnvironment({
    experiment: launch.experiment,
    launchId: launch.launchId,
    process: resolved,
    services,
    ...(resolved.secrets.length === 0 ? {} : { secretsDir }),
  });
  const noGpus = resolved.resources.gpu === 0 ? gpuEnvironment([]) : {};
  return { ...declaredEnvironment(resolved.env, symphony, secretValues), ...symphony, ...noGpus };
}

/** What a process shares with the others of its group: the network and memory of a container that holds them. */
function inGroup({ experiment, launchId }: LaunchLabels, group: string) {
  const holder = `container:${holderName({ experiment, launchId }, group)}`;
  return { NetworkMode: holder, IpcMode: holder };
}

function extraHosts({ extraHosts: hosts }: DockerSettings) {
  if (Object.keys(hosts).length === 0) return {};
  return { ExtraHosts: Object.entries(hosts).map(([name, address]) => `${name}:${address}`) };
}

/** The names by which other containers of the experiment find this one. */
function aliases(resolved: ResolvedProcess, own: readonly AssignedService[]): string[] {
  return [...new Set([resolved.name, ...own.map(({ host }) => host)])];
}

function logConfig({ logSize }: ResolvedProcess, { logDriver }: LaunchFacts) {
  // A log of one file loses everything when it rotates.
  const files = 4;
  const size = String(Math.max(1024 * 1024, Math.ceil(logSize / files)));
  if (logDriver === 'k8s-file') return { Type: logDriver, Config: { 'max-size': String(logSize) } };
  return { Type: logDriver, Config: { 'max-size': size, 'max-file': String(files) } };
}

function mounts(
  { startDir, secrets, group }: ResolvedProcess,
  { volumes, tmpfs }: DockerSettings,
  isMounted: boolean,
  { launch, secretSets }: CallContext,
) {
  const declared = volumes.map(({ source: named, target, readOnly, groupIndex }) => {
    const source = group === null || groupIndex === undefined ? named : groupVolumeName(launch, group, groupIndex);
    return {
      Type: source?.startsWith('/') ? 'bind' : 'volume',
      ...(source === undefined ? {} : { Source: source }),
      Target: target,
      ReadOnly: readOnly,
    };
  });
  const isDeclared = volumes.some(({ target }) => target === startDir);
  const folder =
    isMounted && !isDeclared ? [{ Type: 'bind', Source: startDir, Target: startDir, ReadOnly: false }] : [];
  const secret =
    secrets.length === 0
      ? []
      : [{ Type: 'volume', Source: secretVolume(launch, secretSets, secrets), Target: secretsDir, ReadOnly: true }];
  const all = [...folder, ...declared, ...secret];
  const inMemory = Object.entries(tmpfs).map(([target, size]) => [target, `size=${size}`]);
  return {
    ...(all.length === 0 ? {} : { Mounts: all }),
    ...(inMemory.length === 0 ? {} : { Tmpfs: Object.fromEntries(inMemory) }),
  };
}

function limits({ resources, group }: ResolvedProcess, settings: DockerSettings) {
  const { cpu, memory } = resources;
  const { add, drop } = settings.capabilities;
  const ulimits = Object.entries(settings.ulimits).map(([name, limit]) =>
    typeof limit === 'number'
      ? { Name: name, Soft: limit, Hard: limit }
      : { Name: name, Soft: limit.soft, Hard: limit.hard },
  );
  return {
    ...(cpu === undefined ? {} : { NanoCpus: Math.max(1, Math.round(cpu * 1e9)) }),
    // Without a limit of its own, swap would double what the process may use.
    ...(memory === undefined ? {} : { Memory: memory, MemorySwap: memory }),
    ...(settings.sharedMemory === undefined || group !== null ? {} : { ShmSize: settings.sharedMemory }),
    ...(ulimits.length === 0 ? {} : { Ulimits: ulimits }),
    ...(add.length === 0 ? {} : { CapAdd: add }),
    ...(drop.length === 0 ? {} : { CapDrop: drop }),
    ...(settings.devices.length === 0
      ? {}
      : {
          Devices: settings.devices.map((device) => ({
            PathOnHost: device,
            PathInContainer: device,
            CgroupPermissions: 'rwm',
          })),
        }),
    ...(settings.runtime === undefined ? {} : { Runtime: settings.runtime }),
  };
}
