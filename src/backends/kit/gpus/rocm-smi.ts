import type { GpuUse, ListedGpu } from './gpu.ts';

/** Arguments of `rocm-smi` for everything about each GPU, as JSON. */
export const rocmQuery: readonly string[] = [
  '--showuniqueid',
  '--showproductname',
  '--showmeminfo',
  'vram',
  '--showuse',
  '--json',
];

/** Arguments of `amd-smi`, which replaces `rocm-smi` and uses JSON of its own. */
export const amdQuery: readonly string[] = ['metric', '--usage', '--mem-usage', '--json'];

const mebibyte = 1024 * 1024;

/** Reads the answer to `rocmQuery`: an object with a key `card0` a GPU. Undefined if it is something else. */
export function parseRocmQuery(text: string): readonly ListedGpu[] | undefined {
  const answer = parseJson(text);
  if (!isObject(answer)) return undefined;
  const listed: ListedGpu[] = [];
  for (const [card, values] of Object.entries(answer)) {
    const [, index] = /^card(\d+)$/.exec(card) ?? [];
    if (index === undefined || !isObject(values)) continue;
    // The case of the keys differs between versions: `Card series`, `Card Series`.
    const lower = new Map(Object.entries(values).map(([key, value]) => [key.toLowerCase(), value]));
    const name = ['card series', 'card model', 'device name'].map((key) => lower.get(key)).find(isText);
    const unique = /^(?:0x)?([0-9a-f]{16})$/i.exec(String(lower.get('unique id')))?.[1];
    listed.push({
      gpu: {
        id: unique === undefined ? index : `GPU-${unique.toLowerCase()}`,
        index: Number(index),
        vendor: 'amd',
        ...(name === undefined ? {} : { name }),
      },
      use: readUse({
        memory: lower.get('vram total used memory (b)'),
        memoryTotal: lower.get('vram total memory (b)'),
        percent: lower.get('gpu use (%)'),
        unit: 1,
      }),
    });
  }
  return listed;
}

/** Reads the answer to `amdQuery`: a list, or an object with the list `gpu_data`. Undefined if it is something else. */
export function parseAmdQuery(text: string): readonly ListedGpu[] | undefined {
  const answer = parseJson(text);
  const list = isObject(answer) ? answer.gpu_data : answer;
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((entry: unknown): ListedGpu[] => {
    if (!isObject(entry) || typeof entry.gpu !== 'number') return [];
    const memory = isObject(entry.mem_usage) ? entry.mem_usage : {};
    const usage = isObject(entry.usage) ? entry.usage : {};
    return [
      {
        // Its UUIDs are not those that ROCR_VISIBLE_DEVICES takes.
        gpu: { id: String(entry.gpu), index: entry.gpu, vendor: 'amd' },
        use: readUse({
          memory: amountOf(memory.used_vram),
          memoryTotal: amountOf(memory.total_vram),
          percent: amountOf(usage.gfx_activity),
          unit: mebibyte,
        }),
      },
    ];
  });
}

function readUse(values: Readonly<Record<'memory' | 'memoryTotal' | 'percent', unknown>> & { unit: number }): GpuUse {
  const [memory, memoryTotal, percent] = [values.memory, values.memoryTotal, values.percent].map(toNumber);
  return {
    ...(memory === undefined ? {} : { memory: memory * values.unit }),
    ...(memoryTotal === undefined ? {} : { memoryTotal: memoryTotal * values.unit }),
    ...(percent === undefined ? {} : { busy: percent / 100 }),
  };
}

/** The value of `{"value": 20464, "unit": "MB"}`, or a bare one. */
function amountOf(amount: unknown): unknown {
  return isObject(amount) ? amount.value : amount;
}

function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 0 ? value : undefined;
  return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/** rocm-smi may print warnings before the JSON. */
function parseJson(text: string): unknown {
  for (const line of [text, ...text.split('\n')]) {
    try {
      return JSON.parse(line);
    } catch {
      // The next line may be the answer.
    }
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value !== 'N/A';
}
