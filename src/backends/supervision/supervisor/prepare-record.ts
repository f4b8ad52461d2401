import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { throwIfAborted } from '../../../engine/contract/errors.ts';
import { resolveExperiment } from '../../../engine/spec/resolve/resolve-experiment.ts';
import { previewGpus, takeGpus } from '../../kit/gpus/gpu-registry.ts';
import { gpuRequests } from '../../kit/gpus/gpu-requests.ts';
import { machineIdentity } from '../../kit/host/machine-identity.ts';
import { assignPorts, previewPorts } from '../../kit/ports/port-registry.ts';
import type { Methods } from '../connection/protocol.ts';
import { writeNoticeTargets } from '../notices/notice-targets-file.ts';
import type { ExperimentFolder } from '../records/experiment-folder.ts';
import { type ExperimentRecord, writeRecord } from '../records/experiment-record.ts';
import type { PreparedLaunch, Runner } from '../runs/runner.ts';
import { assignServices } from './assign-services.ts';

type LaunchRequest = Methods['launch']['params'];

/** Prepares everything from which an experiment's runs are started, and writes the record last. */
export async function prepareRecord(
  folder: ExperimentFolder,
  request: LaunchRequest,
  runner: Runner,
  signal: AbortSignal,
): Promise<ExperimentRecord> {
  await rm(folder.path, { recursive: true, force: true });
  await mkdir(folder.path, { recursive: true, mode: 0o700 });
  const launch = await composeLaunch(folder, request, runner, { ports: assignPorts, gpus: takeGpus });
  await runner.prepare(launch);
  const { notify, shell } = request;
  const targets = notify === undefined ? undefined : { ...notify, environment: shell.environment };
  await writeNoticeTargets(folder.path, targets);
  throwIfAborted(signal);
  await writeRecord(folder, launch.record);
  return launch.record;
}

/**
 * Refuses what `prepareRecord` would refuse once an experiment has ended that is to be replaced: its ports and GPUs count
 * as free. Changes nothing.
 * @param folder of that experiment
 * @param launchId of that experiment, undefined if it is unknown
 */
export async function checkReplacement(
  folder: ExperimentFolder,
  request: LaunchRequest,
  runner: Runner,
  launchId: string | undefined,
): Promise<void> {
  const launch = await composeLaunch(folder, request, runner, {
    ports: (holder, services, range, reserved) => previewPorts(holder, services, range, launchId, reserved),
    gpus: async (holder, requests, offered) => previewGpus(holder, requests, offered),
  });
  await runner.check(launch);
}

/** How a launch gets what this machine has once. */
interface Sources {
  readonly ports: typeof assignPorts;
  readonly gpus: typeof takeGpus;
}

async function composeLaunch(
  folder: ExperimentFolder,
  { backend, spec, shell, options, gpus }: LaunchRequest,
  runner: Runner,
  sources: Sources,
): Promise<PreparedLaunch> {
  const resolved = resolveExperiment(spec);
  const holder = { experiment: spec.name, folder: folder.path };
  const { services: declared, portRange: range } = resolved;
  const services = await assignServices(
    { services: declared, range, hostsOf: (service) => runner.addressOf(service, options) },
    (here, reserved) => sources.ports(holder, here, range, reserved),
  );
  if (gpus !== undefined) await sources.gpus(holder, gpuRequests(resolved.processes), gpus);
  const record: ExperimentRecord = {
    schema: 1,
    backend,
    name: spec.name,
    launchId: randomBytes(8).toString('hex'),
    ...machineIdentity(),
    createdAt: new Date().toISOString(),
    spec,
    services,
    ...(gpus === undefined ? {} : { gpus }),
    searchPath: shell.environment.PATH ?? '',
    options,
  };
  return { folder: folder.path, record, resolved, shell };
}
