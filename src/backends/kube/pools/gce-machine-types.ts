/** Memory in GB per core, by Google Compute Engine machine family. */
const memoryPerCore: Readonly<Record<string, number>> = {
  'n1-standard': 3.75,
  'n1-highmem': 6.5,
  'n1-highcpu': 0.9,
  'e2-standard': 4,
  'e2-highmem': 8,
  'e2-highcpu': 1,
  'n2-standard': 4,
  'n2-highmem': 8,
  'n2-highcpu': 1,
  'n2d-standard': 4,
  'n2d-highmem': 8,
  'n2d-highcpu': 1,
  't2d-standard': 4,
  't2a-standard': 4,
  'c2-standard': 4,
  'c2d-standard': 4,
  'c2d-highmem': 8,
  'c2d-highcpu': 2,
  'c3-standard': 4,
  'c3-highmem': 8,
  'c3-highcpu': 2,
  'c3d-standard': 4,
  'c3d-highmem': 8,
  'c3d-highcpu': 2,
  'g2-standard': 4,
  'm1-megamem': 14.9375,
};

interface Machine {
  readonly cpu: number;
  readonly memory: number;
  /** The number of built-in GPUs of the machine type. */
  readonly gpus?: number;
}

/** CPU and memory per GPU of the machine families with built-in GPUs. */
const perGpu: Readonly<Record<string, { readonly cpu: number; readonly memory: number }>> = {
  'a2-highgpu': { cpu: 12, memory: 85 },
  'a2-ultragpu': { cpu: 12, memory: 170 },
};

const gpusOfG2: Readonly<Record<number, number>> = { 4: 1, 8: 1, 12: 1, 16: 1, 24: 2, 32: 1, 48: 4, 96: 8 };

const gibibyte = 2 ** 30;

/** The resources of a Google Compute Engine machine type; undefined for an unknown type. */
export function gceMachineOfType(type: string): Machine | undefined {
  const custom = /^(?:[a-z0-9]+-)?custom-(\d+)-(\d+)(?:-ext)?$/.exec(type);
  if (custom !== null) return { cpu: Number(custom[1]), memory: Number(custom[2]) * 2 ** 20 };
  const withGpus = /^(a2-(?:high|ultra)gpu)-(\d+)g$/.exec(type);
  const each = perGpu[withGpus?.[1] ?? ''];
  if (each !== undefined) {
    const gpus = Number(withGpus?.[2]);
    return { cpu: each.cpu * gpus, memory: each.memory * gpus * gibibyte, gpus };
  }
  const [, family = '', number] = /^(.+)-(\d+)$/.exec(type) ?? [];
  const perCore = memoryPerCore[family];
  if (perCore === undefined) return undefined;
  const cpu = Number(number);
  const gpus = family === 'g2-standard' ? gpusOfG2[cpu] : undefined;
  return { cpu, memory: Math.round(cpu * perCore * gibibyte), ...(gpus === undefined ? {} : { gpus }) };
}
