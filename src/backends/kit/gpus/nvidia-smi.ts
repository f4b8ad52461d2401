import type { GpuUse, ListedGpu } from './gpu.ts';

const fields = ['index', 'uuid', 'name', 'memory.total', 'memory.used', 'utilization.gpu'];

/** Arguments of `nvidia-smi` for one line a GPU, with what is used of it. */
export const nvidiaQuery: readonly string[] = [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits'];

/** Arguments of `nvidia-smi` for the list of GPUs with the MIG devices of each, which the query does not name. */
export const nvidiaList: readonly string[] = ['-L'];

const mebibyte = 1024 * 1024;

/** Reads the answer to `nvidiaQuery`. Undefined if a line is not one of a GPU. */
export function parseNvidiaQuery(text: string): readonly ListedGpu[] | undefined {
  const listed: ListedGpu[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.trim() === 'No devices were found') continue;
    const cells = line.split(',').map((cell) => cell.trim());
    const [index, uuid, ...rest] = cells;
    const [total, used, busy] = rest.splice(-3);
    if (!/^\d+$/.test(index ?? '') || !/^GPU-[\w-]+$/.test(uuid ?? '') || rest.length === 0) return undefined;
    listed.push({
      gpu: { id: uuid as string, index: Number(index), vendor: 'nvidia', name: rest.join(', ') },
      use: readUse({ memoryTotal: total, memory: used, busy }),
    });
  }
  return listed;
}

/** The MIG devices in the answer to `nvidiaList`. */
export function parseMigDevices(text: string): readonly ListedGpu[] {
  const devices: ListedGpu[] = [];
  let parent: ListedGpu['partOf'];
  for (const line of text.split('\n')) {
    const [, index, uuid] = /^GPU (\d+): .*\(UUID: (GPU-[^)]+)\)/.exec(line) ?? [];
    if (uuid !== undefined) parent = { id: uuid, index: Number(index) };
    const [, profile, id] = /^\s+MIG (\S+)\s+Device\s+\d+: \(UUID: (MIG-[^)]+)\)/.exec(line) ?? [];
    if (profile === undefined || id === undefined || parent === undefined) continue;
    devices.push({
      gpu: { id, vendor: 'nvidia', name: `MIG device ${profile}`, isPart: true },
      use: {},
      partOf: parent,
    });
  }
  return devices;
}

/** A cell reads `[N/A]` or `[Not Supported]` where the GPU does not tell. */
function readUse(cells: Readonly<Record<'memoryTotal' | 'memory' | 'busy', string | undefined>>): GpuUse {
  const number = (cell = '') => (/^\d+(\.\d+)?$/.test(cell) ? Number(cell) : undefined);
  const [memoryTotal, memory, busy] = [number(cells.memoryTotal), number(cells.memory), number(cells.busy)];
  return {
    ...(memoryTotal === undefined ? {} : { memoryTotal: memoryTotal * mebibyte }),
    ...(memory === undefined ? {} : { memory: memory * mebibyte }),
    ...(busy === undefined ? {} : { busy: busy / 100 }),
  };
}
