import { randomUUID } from 'node:crypto';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';
import { type Gpu, wantsGpus } from '../../kit/gpus/gpu.ts';
import { countGpus } from '../../kit/gpus/gpu-registry.ts';
import { mergeMaps } from '../../kit/patch/merge-maps.ts';
import type { EngineClient } from '../api/engine-client.ts';
import { deniesGpus, EngineError, explainRefusal } from '../api/engine-error.ts';
import { anyGpus, type GpuAccess, gpuAccess, type HostAccess, impossibleRequest } from '../containers/gpu-access.ts';
import { labels } from '../containers/labels.ts';
import { ensureHolderImage, holderImage, holderProgram } from '../images/holder-image.ts';
import type { DockerExperiment } from '../section/docker-experiment.ts';
import type { DockerSettings } from '../section/section-types.ts';

type Requests = GpuAccess['requests'];

/**
 * Asks an engine for the GPUs of an experiment by containers that end at once, because no description that engines give of
 * themselves says whether they have them. Unless the engine surely refuses, the starts of the runs show it.
 * @param gpus that the processes may get; undefined for an engine of another machine
 * @throws SymphonyError `invalid-spec` naming the process that wants most of them, if the engine surely gives it none
 */
export async function checkGpus(
  client: EngineClient,
  { processes }: Pick<DockerExperiment, 'processes'>,
  gpus: readonly Gpu[] | undefined,
): Promise<void> {
  if (!processes.some(({ resolved }) => wantsGpus(resolved))) return;
  const { isPodman } = await client.identity();
  const asked = processes
    .filter(({ resolved }) => wantsGpus(resolved))
    .map(({ resolved, settings }) => ({ resolved, requests: requestsOf(resolved, settings, gpus, isPodman) }))
    .filter(({ requests }) => requests.length > 0)
    .sort((one, other) => countOf(other.resolved) - countOf(one.resolved));
  const [first] = asked;
  if (first === undefined) return;
  const refusal = await findRefusal(client, first.requests, isPodman);
  if (refusal === undefined) return;
  const { why, hint } = refusal;
  const { resolved } = first;
  const wants = `${formatProcess(resolved)} wants ${countGpus(countOf(resolved))}, and the engine gives it none`;
  throw new SymphonyError('invalid-spec', `${resolved.path}.resources.gpu: ${wants}: ${why}.`, { hint });
}

/** What the runs of a process may ask for. Which GPUs they get is known only when they start. */
function requestsOf(
  resolved: ResolvedProcess,
  { devices, runtime, patches }: DockerSettings,
  gpus: readonly Gpu[] | undefined,
  isPodman: boolean,
): Requests {
  const declared = {
    HostConfig: { Devices: devices.map((path) => ({ PathOnHost: path })), Runtime: runtime },
  };
  const merged = patches.reduce<unknown>((call, patch) => mergeMaps(call, patch), declared);
  const { HostConfig: access = {} } = merged as { readonly HostConfig?: HostAccess };
  if (gpus === undefined) return anyGpus(countOf(resolved), access, { isPodman });
  return gpuAccess(gpus.slice(0, countOf(resolved)), access, { isPodman }).requests;
}

function countOf({ resources }: ResolvedProcess): number {
  return resources.gpu ?? 0;
}

/** Why the engine starts no container with these requests; undefined if it does, or if that is not known. */
async function findRefusal(
  client: EngineClient,
  requests: Requests,
  isPodman: boolean,
): Promise<{ readonly why: string; readonly hint?: string } | undefined> {
  // Older versions of Podman ignore requests, so that a container would run without its GPUs.
  if (isPodman && (await tryRequests(client, [impossibleRequest])) === 'started') {
    return {
      why: 'this version of Podman ignores requests for GPUs that come through its API',
      hint: 'Update Podman, or name the devices: docker: { devices: [/dev/nvidia0, /dev/nvidiactl, /dev/nvidia-uvm] }.',
    };
  }
  const outcome = await tryRequests(client, requests);
  return outcome === 'started' || outcome === 'unknown' ? undefined : explainRefusal(outcome.said);
}

/** Creates and starts a container with these requests. Never rejects. */
async function tryRequests(
  client: EngineClient,
  requests: Requests,
): Promise<'started' | 'unknown' | { readonly said: string }> {
  const name = `symphony-probe-${randomUUID()}`;
  try {
    await ensureHolderImage(client);
    await client.createContainer(name, probeCall(requests));
    await client.start(name);
    return 'started';
  } catch (error) {
    return error instanceof EngineError && deniesGpus(error.said) ? { said: error.said } : 'unknown';
  } finally {
    await client.removeContainer(name).catch(() => undefined);
  }
}

/** A container that ends at once, because its stdin is at an end, and is removed then. */
function probeCall(requests: Requests) {
  return {
    Image: holderImage,
    Entrypoint: [holderProgram],
    Cmd: ['-'],
    Labels: { [labels.probe]: '' },
    HostConfig: {
      AutoRemove: true,
      NetworkMode: 'none',
      LogConfig: { Type: 'none' },
      RestartPolicy: { Name: 'no' },
      DeviceRequests: requests,
    },
  };
}
