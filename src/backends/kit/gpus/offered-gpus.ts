import type { FoundGpus } from './find-gpus.ts';
import type { Gpu, GpuVendor, ListedGpu } from './gpu.ts';

/**
 * The setting `gpus`: `auto` offers what the tools list, a number that many of them, a list those that it names by index
 * or UUID, `none` none.
 */
export type GpusSetting = 'auto' | 'none' | number | string | readonly (string | number)[];

/** The GPUs that experiments may get. */
export interface OfferedGpus {
  /** In the order in which they are handed out. */
  readonly gpus: readonly Gpu[];
  /** Why there are none or fewer than asked for, in words; absent if nothing is wrong. */
  readonly problem?: string;
}

type Variables = Readonly<Partial<Record<string, string>>>;

/** A GPU of which more than this part of the memory is in use comes last. */
const busyMemory = 0.1;

/**
 * Determines which GPUs experiments may get: those that the tools list or the setting names, as far as the variables of the
 * launching shell allow. Idle ones come first: programs of other users are not in the register.
 */
export function offeredGpus(found: FoundGpus, setting: GpusSetting, variables: Variables): OfferedGpus {
  const wanted = parseSetting(setting);
  if (wanted.kind === 'none') return { gpus: [], problem: 'the setting gpus says none' };
  const listed = new Map(found.gpus.map((entry) => [entry.gpu.id, entry]));
  const named = wanted.kind === 'named' ? pick(wanted.names, found.gpus) : { entries: [...found.gpus] };
  if (named.missing !== undefined) {
    const known = found.gpus.map(({ gpu }) => gpu.index ?? gpu.id).join(', ');
    return { gpus: [], problem: `the setting gpus names ${named.missing}, and this machine has ${known}` };
  }
  // Where no tool lists any, a number is believed, and so is the variable of a shell that a scheduler has set.
  const counted = wanted.kind === 'count' && found.gpus.length === 0 ? numbered(wanted.count) : named.entries;
  const { entries: inShell, variable } = visibleGpus(found.gpus.length > 0 ? found.gpus : counted, variables);
  const visible =
    counted.length === 0 ? inShell : counted.filter(({ gpu }) => inShell.some((entry) => entry.gpu.id === gpu.id));
  const chosen = wanted.kind === 'count' ? visible.slice(0, wanted.count) : visible;
  const isBusy = ({ gpu }: ListedGpu) => {
    const { memory = 0, memoryTotal } = listed.get(gpu.id)?.use ?? {};
    return memoryTotal !== undefined && memory > busyMemory * memoryTotal;
  };
  const gpus = [...chosen.filter((entry) => !isBusy(entry)), ...chosen.filter(isBusy)].map(({ gpu }) => gpu);
  const problem = problemOf(found, counted, visible, variable);
  return problem === undefined ? { gpus } : { gpus, problem };
}

function problemOf(
  found: FoundGpus,
  before: readonly ListedGpu[],
  visible: readonly ListedGpu[],
  variable: string | undefined,
): string | undefined {
  if (before.length === 0 && visible.length === 0) return found.problem;
  if (variable === undefined || visible.length >= before.length) return undefined;
  return `${variable} of the launching shell leaves ${visible.length} of ${before.length}`;
}

type ParsedSetting =
  | { readonly kind: 'auto' | 'none' }
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'named'; readonly names: readonly string[] };

function parseSetting(setting: GpusSetting): ParsedSetting {
  if (setting === 'auto' || setting === 'none') return { kind: setting };
  if (typeof setting === 'string' && !/^\d+$/.test(setting)) return { kind: 'named', names: splitNames(setting) };
  if (typeof setting === 'object') return { kind: 'named', names: setting.map(String) };
  return Number(setting) === 0 ? { kind: 'none' } : { kind: 'count', count: Number(setting) };
}

/** The GPUs that the variables of a shell leave visible, and the variable that says so. */
function visibleGpus(
  all: readonly ListedGpu[],
  variables: Variables,
): { readonly entries: readonly ListedGpu[]; readonly variable?: string } {
  if (all.some(({ gpu }) => gpu.vendor === 'amd')) {
    const { ROCR_VISIBLE_DEVICES: rocr, HIP_VISIBLE_DEVICES: hip, CUDA_VISIBLE_DEVICES: cuda } = variables;
    const inRocr = rocr === undefined ? all : pickVisible(rocr, all);
    // HIP counts what ROCR leaves visible, and reads the CUDA variable where its own is not set.
    const own = hip ?? cuda;
    const numbers = splitNames(own ?? '').filter((name) => /^\d+$/.test(name));
    const inHip = own === undefined ? inRocr : numbers.flatMap((number) => inRocr[Number(number)] ?? []);
    const variable =
      own === undefined ? 'ROCR_VISIBLE_DEVICES' : hip === undefined ? 'CUDA_VISIBLE_DEVICES' : 'HIP_VISIBLE_DEVICES';
    return rocr === undefined && own === undefined ? { entries: all } : { entries: inHip, variable };
  }
  const { CUDA_VISIBLE_DEVICES: cuda } = variables;
  if (cuda === undefined) return { entries: all };
  return { entries: pickVisible(cuda, all), variable: 'CUDA_VISIBLE_DEVICES' };
}

/** As CUDA reads its variable: the first name that is no GPU hides the rest. */
function pickVisible(text: string, all: readonly ListedGpu[]): readonly ListedGpu[] {
  return pick(splitNames(text), all).entries;
}

interface Picked {
  readonly entries: readonly ListedGpu[];
  /** The first name that is none of a GPU; the names after it are not looked at. */
  readonly missing?: string;
}

/** The GPUs of these names, each once. Names are believed where no GPU is listed. */
function pick(names: readonly string[], all: readonly ListedGpu[]): Picked {
  const entries: ListedGpu[] = [];
  for (const name of names) {
    const found = all.length === 0 ? believed(name) : all.filter((entry) => isNamed(entry, name));
    if (found.length === 0) return { entries, missing: name };
    for (const entry of found) if (!entries.some(({ gpu }) => gpu.id === entry.gpu.id)) entries.push(entry);
  }
  return { entries };
}

/** A name is an index, or the beginning of a UUID. The index of a divided GPU means all its parts. */
function isNamed({ gpu, partOf }: ListedGpu, name: string): boolean {
  if (/^\d+$/.test(name)) return (partOf?.index ?? gpu.index) === Number(name);
  const isUuid = /^(GPU|MIG)-./.test(name);
  return isUuid && (gpu.id.startsWith(name) || (partOf?.id.startsWith(name) ?? false));
}

function believed(name: string): readonly ListedGpu[] {
  if (/^\d+$/.test(name)) return [unlisted(name, { index: Number(name) })];
  if (/^GPU-./.test(name)) return [unlisted(name, {})];
  return /^MIG-./.test(name) ? [unlisted(name, { isPart: true })] : [];
}

function numbered(count: number): ListedGpu[] {
  return Array.from({ length: count }, (_, index) => unlisted(String(index), { index }));
}

function unlisted(id: string, more: Pick<Gpu, 'index' | 'isPart'>): ListedGpu {
  const vendor: GpuVendor = 'unknown';
  return { gpu: { id, vendor, ...more }, use: {} };
}

function splitNames(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}
