import type { ResolvedProcess } from '../../../engine/spec/resolve/resolved-experiment.ts';

/** A GPU of this machine, or a part of one that works like a GPU (a MIG device). */
export interface Gpu {
  /** What the variables of the vendor name it by: a UUID, or its index where it has none. */
  readonly id: string;
  /** Its number in the list of the vendor's tool; absent for a MIG device, and where no tool lists it. */
  readonly index?: number;
  readonly vendor: GpuVendor;
  readonly name?: string;
  /** A part of a GPU. A CUDA program uses one at most. */
  readonly isPart?: true;
}

/** `unknown`: a setting or a variable names the GPU, and no tool lists it. */
export type GpuVendor = 'nvidia' | 'amd' | 'unknown';

/** Bytes and fractions; absent where the tool does not say. */
export interface GpuUse {
  readonly memory?: number;
  readonly memoryTotal?: number;
  /** From 0 to 1. */
  readonly busy?: number;
}

/** A GPU that a tool lists, with what is used of it. */
export interface ListedGpu {
  readonly gpu: Gpu;
  readonly use: GpuUse;
  /** The GPU that a MIG device is a part of. */
  readonly partOf?: { readonly id: string; readonly index: number };
}

/** The variables that choose the GPUs of a program. A process with `resources.gpu` gets them from Symphony. */
export const gpuVariables = ['CUDA_VISIBLE_DEVICES', 'ROCR_VISIBLE_DEVICES', 'HIP_VISIBLE_DEVICES'] as const;

/** The variables for a process that has these GPUs, or none. */
export function gpuEnvironment(gpus: readonly Gpu[]): Readonly<Record<string, string>> {
  // Not the empty string, which some programs take for a variable that is not set.
  if (gpus.length === 0) return Object.fromEntries(gpuVariables.map((name) => [name, '-1']));
  const ids = gpus.map(({ id }) => id).join(',');
  if (gpus[0]?.vendor !== 'amd') return { CUDA_VISIBLE_DEVICES: ids };
  // HIP numbers the devices that ROCR leaves visible anew.
  const numbers = gpus.map((_, number) => number).join(',');
  return { ROCR_VISIBLE_DEVICES: ids, HIP_VISIBLE_DEVICES: numbers, CUDA_VISIBLE_DEVICES: numbers };
}

/** Whether a process is given GPUs. One that asks for 0 sees none, and one that does not ask sees all. */
export function wantsGpus({ resources }: Pick<ResolvedProcess, 'resources'>): boolean {
  return (resources.gpu ?? 0) > 0;
}

/** What the status of a process says of its GPU. */
export function referenceToGpu({ id, index, name }: Gpu): Pick<Gpu, 'id' | 'index' | 'name'> {
  return { id, ...(index === undefined ? {} : { index }), ...(name === undefined ? {} : { name }) };
}

/** `GPU 0 (NVIDIA L4)`, `MIG device 1g.10gb (MIG-…)` */
export function describeGpu({ id, index, name, isPart }: Gpu): string {
  if (isPart) return `${name ?? 'MIG device'} (${id})`;
  const number = index === undefined ? id : String(index);
  const label = number.startsWith('GPU-') ? number : `GPU ${number}`;
  return name === undefined ? label : `${label} (${name})`;
}
