import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { throwIfAborted } from '../../../engine/contract/errors.ts';
import type { AssignedService } from '../../../engine/spec/resolve/networking.ts';
import { resolveExperiment } from '../../../engine/spec/resolve/resolve-experiment.ts';
import { machineIdentity } from '../../kit/host/machine-identity.ts';
import { assignPorts } from '../../kit/ports/port-registry.ts';
import type { Methods } from '../connection/protocol.ts';
import { makeFolders, writeLaunchFiles } from '../keeper/runs/prepare-launch.ts';
import type { ExperimentFolder } from '../records/experiment-folder.ts';
import { type ExperimentRecord, writeRecord } from '../records/experiment-record.ts';

/** Writes everything from which an experiment's runs are started into its folder, the record last. */
export async function prepareRecord(
  folder: ExperimentFolder,
  { backend, spec, shell, options }: Methods['launch']['params'],
  signal: AbortSignal,
): Promise<ExperimentRecord> {
  const resolved = resolveExperiment(spec);
  await rm(folder.path, { recursive: true, force: true });
  await makeFolders(folder);
  const holder = { experiment: spec.name, folder: folder.path };
  const ports = await assignPorts(holder, resolved.services, resolved.portRange);
  const services: AssignedService[] = resolved.services.map((service) => ({
    ...service,
    port: ports.get(service.name) as number,
    host: '127.0.0.1',
    listenHost: '127.0.0.1',
  }));
  const record: ExperimentRecord = {
    schema: 1,
    backend,
    name: spec.name,
    launchId: randomBytes(8).toString('hex'),
    ...machineIdentity(),
    createdAt: new Date().toISOString(),
    spec,
    services,
    searchPath: shell.environment.PATH ?? '',
    options,
  };
  await writeLaunchFiles(folder, record, resolved, shell);
  throwIfAborted(signal);
  await writeRecord(folder, record);
  return record;
}
