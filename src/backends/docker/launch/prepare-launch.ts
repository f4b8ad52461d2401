import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, posix } from 'node:path';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { processKey } from '../../../engine/contract/process-key.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import { writeFileAtomic } from '../../../engine/files/atomic-file.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { advise } from '../../../engine/text/advice.ts';
import { type CarriedFile, type CarryLimit, carriedMode } from '../../kit/files/carried-file.ts';
import { readCarriedFiles } from '../../kit/files/read-carried-files.ts';
import type { ExperimentRecord } from '../../supervision/records/experiment-record.ts';
import type { LaunchingShell } from '../../supervision/runs/launching-shell.ts';
import type { PreparedLaunch } from '../../supervision/runs/runner.ts';
import { type CallContext, createCall, progressFile } from '../containers/create-call.ts';
import type { CreateCall } from '../containers/create-call-body.ts';
import { type GroupVolume, groupVolumes } from '../containers/group-volumes.ts';
import { type HolderCall, holderCall } from '../containers/holder-call.ts';
import type { LaunchLabels } from '../containers/labels.ts';
import { type LaunchFacts, readFacts } from '../containers/launch-facts.ts';
import { type MemoryFile, memoryArchive } from '../containers/memory-archive.ts';
import { mountsStartDir } from '../containers/mounted-folder.ts';
import { networkName } from '../containers/object-names.ts';
import { heldFolder, secretSets, secretsHolderCall, volumeCalls } from '../containers/secret-volumes.ts';
import { type DockerProcess, toDockerExperiment } from '../section/docker-experiment.ts';
import type { DockerFiles } from './docker-files.ts';

const carryLimit: CarryLimit = {
  bytes: 64 * 1024 * 1024,
  hint: 'Build an image with them, or mount a folder: docker: { volumes: [/path/on/host:/path] }.',
};

/** What the labels of a launch say of who runs it. */
export type Owner = Pick<LaunchLabels, 'owner' | 'host'>;

/** @throws SymphonyError `conflict` if the record does not say on which engine it was launched */
export function factsOf({ name, options }: Pick<ExperimentRecord, 'name' | 'options'>): LaunchFacts {
  const facts = readFacts(options);
  if (facts !== undefined) return facts;
  throw new SymphonyError('conflict', `The record of experiment ${name} does not name its engine.`);
}

/** The network of an experiment: its own, or the one that it names. */
export function networkOf(record: Pick<ExperimentRecord, 'name' | 'launchId' | 'spec'>): string {
  const named = (record.spec.docker as { readonly network?: string } | undefined)?.network;
  return named ?? networkName({ experiment: record.name, launchId: record.launchId });
}

/** What the containers of an experiment are created from. */
export interface LaunchCalls {
  /** By the key of the process. */
  readonly processes: ReadonlyMap<string, ProcessCall>;
  /** What process groups share is created from, by the name of the group. */
  readonly holders: ReadonlyMap<string, GroupCalls>;
  readonly secrets: SecretCalls | undefined;
}

/** What the processes of a group share: volumes, and the container that holds them and the network. */
export interface GroupCalls {
  readonly volumes: readonly GroupVolume[];
  readonly holder: HolderCall;
}

/** What the secret files of an experiment are created from. */
export interface SecretCalls {
  readonly volumes: readonly CreateCall[];
  readonly holder: CreateCall;
  /** Tar archives of the files of each volume, to be unpacked at the root of the holder. */
  readonly archives: readonly Buffer[];
}

interface ProcessCall {
  readonly call: CreateCall;
  /** A tar archive of what is copied into each of its containers before it starts; undefined if that is nothing. */
  readonly archive: Buffer | undefined;
}

/**
 * Builds the calls of a launch, and reads what is copied into containers. Changes nothing.
 * @param options `readsSecrets`: whether secret files are read, too
 * @throws SymphonyError `invalid-spec` for a file that cannot be read, with its place
 */
export async function buildCalls(
  { record, resolved, shell }: PreparedLaunch,
  owner: Owner,
  { readsSecrets = true }: { readonly readsSecrets?: boolean } = {},
): Promise<LaunchCalls> {
  const facts = factsOf(record);
  const context: CallContext = {
    launch: { experiment: record.name, launchId: record.launchId, ...owner },
    facts,
    services: record.services,
    network: networkOf(record),
    secretSets: secretSets(resolved.processes),
  };
  const experiment = toDockerExperiment(resolved);
  const isMounted = ({ resolved: member, settings }: DockerProcess) =>
    existsSync(member.startDir) && mountsStartDir(member, settings, facts);
  const carrying = experiment.processes.filter((member) => !isMounted(member)).map((member) => member.resolved);
  const carried = await readCarriedFiles({ ...resolved, processes: carrying }, carryLimit);
  const processes = new Map<string, ProcessCall>();
  for (const member of experiment.processes) {
    const call = createCall(member, context, {
      secretValues: shell.secretValues[formatProcess(member.resolved)] ?? {},
      hasStartDir: existsSync(member.resolved.startDir),
    });
    const folder = member.settings.workingDir ?? member.resolved.startDir;
    const copies = copiedFiles(member.resolved, folder, carried.get(formatProcess(member.resolved)) ?? []);
    const archive = copies.length === 0 ? undefined : await memoryArchive(copies);
    processes.set(processKey(member.resolved), { call, archive });
  }
  const holders = new Map<string, GroupCalls>();
  for (const [group, members] of Map.groupBy(experiment.processes, (member) => member.resolved.group))
    if (group !== null) {
      const volumes = groupVolumes(context.launch, group, members);
      holders.set(group, { volumes, holder: holderCall(group, members, context) });
    }
  const secrets = readsSecrets ? await secretCalls(resolved.processes, context) : undefined;
  return { processes, holders, secrets };
}

/** Writes the files from which the containers of an experiment are created. @throws SymphonyError as `buildCalls` */
export async function writeCalls(files: DockerFiles, launch: PreparedLaunch, owner: Owner): Promise<void> {
  // A launch that is changed keeps the secrets that it was launched with.
  const readsSecrets = !existsSync(files.secretsFile);
  const { processes, holders, secrets } = await buildCalls(launch, owner, { readsSecrets });
  for (const path of [files.launchFiles, files.runs]) await mkdir(path, { recursive: true, mode: 0o700 });
  await writeFile(files.shellFile, JSON.stringify(launch.shell), { mode: 0o600 });
  // Atomic, because a run may be started at any time.
  for (const [key, { call, archive }] of processes) {
    if (archive !== undefined) await writeFileAtomic(files.archiveFile(key), archive);
    await writeFileAtomic(files.callFile(key), JSON.stringify(call));
  }
  for (const [group, calls] of holders) await writeFileAtomic(files.holderFile(group), JSON.stringify(calls));
  if (secrets === undefined) return;
  const { archives, ...calls } = secrets;
  for (const [index, archive] of archives.entries()) await writeFileAtomic(files.secretsArchive(index), archive);
  await writeFileAtomic(files.secretsFile, JSON.stringify(calls));
}

/** Undefined if no process has secret files. @throws SymphonyError `invalid-spec` for one that cannot be read */
async function secretCalls(
  processes: readonly ResolvedProcess[],
  { launch, secretSets: sets }: CallContext,
): Promise<SecretCalls | undefined> {
  if (sets.length === 0) return undefined;
  const archives = await Promise.all(
    sets.map(async (secrets, index) => {
      const declared = JSON.stringify(secrets);
      const { path } = processes.find((member) => JSON.stringify(member.secrets) === declared) ?? { path: '' };
      return memoryArchive(
        await Promise.all(secrets.map((file, at) => readSecret(file, index, `${path}.secrets[${at}]`))),
      );
    }),
  );
  return { volumes: volumeCalls(launch, sets), holder: secretsHolderCall(launch, sets), archives };
}

/** @param set the number of the volume @param place in the spec, for messages */
async function readSecret(path: string, set: number, place: string): Promise<MemoryFile> {
  const content = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such file' : 'it cannot be read';
    throw new SymphonyError('invalid-spec', `${place}: ${path}: ${why}.`, { cause: error });
  });
  // The process may run as any user, and only the containers of the experiment have the volume.
  return { path: posix.join(heldFolder(set), basename(path)), content, mode: 0o444 };
}

/** What the launching shell gave. @throws SymphonyError `conflict` */
export async function readShell(files: DockerFiles, experiment: string): Promise<LaunchingShell> {
  try {
    return JSON.parse(await readFile(files.shellFile, 'utf8')) as LaunchingShell;
  } catch (error) {
    const message = `Experiment ${experiment} cannot be scaled: what its launching shell gave is not known.`;
    throw new SymphonyError('conflict', message, {
      hint: advise((say) => `Launch it again with ${say.option('force')}.`),
      cause: error,
    });
  }
}

/** What is copied into each container of a process before it starts. Paths are absolute. */
function copiedFiles(resolved: ResolvedProcess, folder: string, carried: readonly CarriedFile[]): MemoryFile[] {
  const program = carried.map((file) => ({ ...file, path: posix.join(folder, file.path), mode: carriedMode(file) }));
  const progress =
    resolved.preamble.length === 0 ? [] : [{ path: progressFile, content: Buffer.alloc(0), mode: 0o666 }];
  return [...program, ...progress];
}
