import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { throwIfAborted } from '../../../engine/contract/errors.ts';
import type { AssignedService } from '../../../engine/spec/resolve/networking.ts';
import { resolveExperiment } from '../../../engine/spec/resolve/resolve-experiment.ts';
import { takeGpus } from '../../kit/gpus/gpu-registry.ts';
import { gpuRequests } from '../../kit/gpus/gpu-requests.ts';
import { machineIdentity } from '../../kit/host/machine-identity.ts';
import { assignPorts } from '../../kit/ports/port-registry.ts';
import type { Methods } from '../connection/protocol.ts';
import { writeNoticeTargets } from '../notices/notice-targets-file.ts';
import type { ExperimentFolder } from '../records/experiment-folder.ts';
import { type ExperimentRecord, writeRecord } from '../records/experiment-record.ts';
import type { Runner } from '../runs/runner.ts';

/** Prepares everything from which an experiment's runs are started, and writes the record last. */
export async function prepareRecord(
  folder: ExperimentFolder,
  { backend, spec, shell, options, gpus, notify }: Methods['launch']['params'],
  runner: Runner,
  signal: AbortSignal,
): Promise<ExperimentRecord> {
  const resolved = resolveExperiment(spec);
  await rm(folder.path, { recursive: true, force: true });
  await mkdir(folder.path, { recursive: true, mode: 0o700 });
  const holder = { experiment: spec.name, folder: folder.path };
  const ports = await assignPorts(holder, resolved.services, resolved.portRange);
  const services: AssignedService[] = resolved.services.map((service) => ({
    ...service,
    port: ports.get(service.name) as number,
    ...runner.addressOf(service),
  }));
  if (gpus !== undefined) await takeGpus(holder, gpuRequests(resolved.processes), gpus);
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
  await runner.prepare({ folder: folder.path, record, resolved, shell });
  const targets = notify === undefined ? undefined : { ...notify, environment: shell.environment };
  await writeNoticeTargets(folder.path, targets);
  throwIfAborted(signal);
  await writeRecord(folder, record);
  return record;
}
