import type { GpuList, GpuStatus } from '../../../engine/contract/backend-definition.ts';
import { toSymphonyError } from '../../../engine/contract/errors.ts';
import { parseProcessKey } from '../../../engine/contract/process-key.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import { readSetting } from '../../../engine/settings/config.ts';
import { findGpus, gpuTools } from './find-gpus.ts';
import { type GpuUse, referenceToGpu } from './gpu.ts';
import { readGpuHolders } from './gpu-registry.ts';
import { type OfferedGpus, offeredGpus } from './offered-gpus.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A list that many callers wait for is allowed less time than a launch. */
const listSeconds = 5;

/** The GPUs that a launch from a shell with this environment may get. @throws SymphonyError `usage` for a bad setting */
export async function findOfferedGpus(
  environment: Environment,
  options: { readonly seconds?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<OfferedGpus & { readonly uses: ReadonlyMap<string, GpuUse> }> {
  const setting = await readSetting('gpus');
  const isNone = setting === 'none' || setting === 0;
  const found = isNone ? { gpus: [] } : await findGpus({ searchPath: environment.PATH ?? '', ...options });
  const uses = new Map(found.gpus.map(({ gpu, use }) => [gpu.id, use]));
  return { ...offeredGpus(found, setting, definedOf(environment)), uses };
}

let listing: Promise<GpuList> | undefined;

/** The GPUs with their holders, for several backends at once: the tools are asked once. Never rejects. */
export function listGpus(): Promise<GpuList> {
  listing ??= readGpus()
    .catch((error: unknown): GpuList => ({ gpus: [], problem: describeProblem(error) }))
    .finally(() => {
      listing = undefined;
    });
  return listing;
}

async function readGpus(): Promise<GpuList> {
  const { gpus, uses, problem } = await findOfferedGpus(process.env, { seconds: listSeconds });
  const holders = readGpuHolders();
  const listed = gpus.map((gpu): GpuStatus => {
    const holder = holders[gpu.id];
    const status = { ...referenceToGpu(gpu), ...uses.get(gpu.id) };
    if (holder === undefined) return status;
    const processes = holder.processes.map((key) => formatProcess(parseProcessKey(key)));
    return { ...status, holder: { experiment: holder.experiment, processes } };
  });
  const order = ({ index = Number.POSITIVE_INFINITY }: GpuStatus) => index;
  return { gpus: listed.sort((a, b) => order(a) - order(b) || 0), ...(problem === undefined ? {} : { problem }) };
}

/** Why a launch that wants GPUs gets none, for a message. */
export function describeNoGpus({ problem }: OfferedGpus): string {
  return problem ?? `${gpuTools.slice(0, -1).join(', ')} and ${gpuTools.at(-1)} list none`;
}

function definedOf(environment: Environment): Record<string, string> {
  const entries = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}

/** An error as a clause without a full stop. */
function describeProblem(error: unknown): string {
  const { message, hint } = toSymphonyError(error);
  return [message, hint].join(' ').trim().replace(/\.$/, '');
}
