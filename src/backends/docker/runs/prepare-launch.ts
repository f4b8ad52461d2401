import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, posix } from 'node:path';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { processKey } from '../../../engine/contract/process-key.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import { writeFileAtomic } from '../../../engine/files/atomic-file.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { type CarriedFile, type CarryLimit, carriedMode } from '../../kit/files/carried-file.ts';
import { readCarriedFiles } from '../../kit/files/read-carried-files.ts';
import { secretsDir } from '../../kit/files/secret-mounts.ts';
import type { ExperimentRecord } from '../../supervision/records/experiment-record.ts';
import type { LaunchingShell } from '../../supervision/runs/launching-shell.ts';
import type { PreparedLaunch } from '../../supervision/runs/runner.ts';
import { type CallContext, type CreateCall, createCall, progressFile } from '../containers/create-call.ts';
import { holderCall } from '../containers/holder-call.ts';
import type { LaunchLabels } from '../containers/labels.ts';
import { type LaunchFacts, readFacts } from '../containers/launch-facts.ts';
import { type MemoryFile, memoryArchive } from '../containers/memory-archive.ts';
import { mountsStartDir } from '../containers/mounted-folder.ts';
import { networkName } from '../containers/object-names.ts';
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
  /** The calls that create the containers of process groups, by the name of the group. */
  readonly holders: ReadonlyMap<string, CreateCall>;
}

interface ProcessCall {
  readonly call: CreateCall;
  /** A tar archive of what is copied into each of its containers before it starts; undefined if that is nothing. */
  readonly archive: Buffer | undefined;
}

/**
 * Builds the calls of a launch, and reads what is copied into containers. Changes nothing.
 * @throws SymphonyError `invalid-spec` for a file that cannot be read, with its place
 */
export async function buildCalls({ record, resolved, shell }: PreparedLaunch, owner: Owner): Promise<LaunchCalls> {
  const facts = factsOf(record);
  const context: CallContext = {
    launch: { experiment: record.name, launchId: record.launchId, ...owner },
    facts,
    services: record.services,
    network: networkOf(record),
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
    const copies = await copiedFiles(member.resolved, folder, carried.get(formatProcess(member.resolved)) ?? []);
    const archive = copies.length === 0 ? undefined : await memoryArchive(copies);
    processes.set(processKey(member.resolved), { call, archive });
  }
  const holders = new Map<string, CreateCall>();
  for (const [group, members] of Map.groupBy(experiment.processes, (member) => member.resolved.group))
    if (group !== null) holders.set(group, holderCall(group, members, context));
  return { processes, holders };
}

/** Writes the files from which the containers of an experiment are created. @throws SymphonyError as `buildCalls` */
export async function writeCalls(files: DockerFiles, launch: PreparedLaunch, owner: Owner): Promise<void> {
  const { processes, holders } = await buildCalls(launch, owner);
  for (const path of [files.launchFiles, files.runs]) await mkdir(path, { recursive: true, mode: 0o700 });
  await writeFile(files.shellFile, JSON.stringify(launch.shell), { mode: 0o600 });
  // Atomic, because a run may be started at any time.
  for (const [key, { call, archive }] of processes) {
    if (archive !== undefined) await writeFileAtomic(files.archiveFile(key), archive);
    await writeFileAtomic(files.callFile(key), JSON.stringify(call));
  }
  for (const [group, call] of holders) await writeFileAtomic(files.holderFile(group), JSON.stringify(call));
}

/** What the launching shell gave. @throws SymphonyError `conflict` */
export async function readShell(files: DockerFiles, experiment: string): Promise<LaunchingShell> {
  try {
    return JSON.parse(await readFile(files.shellFile, 'utf8')) as LaunchingShell;
  } catch (error) {
    const message = `Experiment ${experiment} cannot be scaled: what its launching shell gave is not known.`;
    throw new SymphonyError('conflict', message, { hint: 'Launch it again with --force.', cause: error });
  }
}

/** What is copied into each container of a process before it starts. Paths are absolute. */
async function copiedFiles(
  resolved: ResolvedProcess,
  folder: string,
  carried: readonly CarriedFile[],
): Promise<MemoryFile[]> {
  const program = carried.map((file) => ({ ...file, path: posix.join(folder, file.path), mode: carriedMode(file) }));
  const secrets = await Promise.all(
    resolved.secrets.map(async (path, index) => {
      const content = await readFile(path).catch((error: NodeJS.ErrnoException) => {
        const why = error.code === 'ENOENT' ? 'there is no such file' : 'it cannot be read';
        throw new SymphonyError('invalid-spec', `${resolved.path}.secrets[${index}]: ${path}: ${why}.`, {
          cause: error,
        });
      });
      // The process may run as any user, and nothing else runs in its container.
      return { path: posix.join(secretsDir, basename(path)), content, mode: 0o444 };
    }),
  );
  const progress =
    resolved.preamble.length === 0 ? [] : [{ path: progressFile, content: Buffer.alloc(0), mode: 0o666 }];
  return [...program, ...secrets, ...progress];
}
