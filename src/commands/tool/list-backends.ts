import type { BackendCheck, BackendDefinition, GpuStatus } from '../../engine/contract/backend-definition.ts';
import { registeredBackends } from '../../engine/contract/backend-registry.ts';
import { readSetting } from '../../engine/settings/config.ts';
import { formatBytes } from '../../engine/text/quantities.ts';
import { print } from '../output/print.ts';
import { type Column, formatTable, formatWrappedTable } from '../output/table.ts';
import type { CommandDefinition } from '../program/command.ts';
import type { Style } from '../shared/terminal.ts';

interface BackendRow {
  readonly name: string;
  readonly current: boolean;
  readonly works: boolean;
  readonly detail: string;
  readonly summary: string;
  readonly remedy?: BackendCheck['remedy'];
  /** The GPUs that it hands out; absent if it hands out none. */
  readonly gpus?: readonly GpuStatus[];
  /** Why there are none, or fewer than the machine has, in words. */
  readonly gpuProblem?: string;
}

export const listBackends: CommandDefinition = {
  name: 'backends',
  group: 'Symphony',
  configure: (command) =>
    command.description(
      'list backends, whether each works here, and the GPUs that they hand out; * marks the backend in use',
    ),
  async run(_args, context) {
    const current = await readSetting('backend');
    const backends: BackendRow[] = await Promise.all(
      [...registeredBackends()].map(async ([name, definition]) => ({
        name,
        current: name === current,
        ...(await definition.check()),
        summary: definition.summary,
        ...(await gpusOf(definition)),
      })),
    );
    await print(context, {
      data: backends,
      names: () => backends.map(({ name }) => name),
      table: async () => {
        const { style, stdout } = context.terminal;
        const width = stdout.isTTY ? stdout.columns : undefined;
        return [
          ...(await formatWrappedTable(columns, backends, style, width)),
          ...(await gpuLines(backends, style)),
          ...remedyLines(backends),
        ];
      },
    });
  },
};

function remedyLines(backends: readonly BackendRow[]): readonly string[] {
  return backends.flatMap(({ name, remedy }) =>
    remedy === undefined ? [] : ['', `${name}: ${remedy.advice}`, '', ...remedy.input.trimEnd().split('\n')],
  );
}

async function gpusOf(definition: BackendDefinition): Promise<Pick<BackendRow, 'gpus' | 'gpuProblem'>> {
  const list = await definition.gpus?.();
  if (list === undefined) return {};
  return { gpus: list.gpus, ...(list.problem === undefined ? {} : { gpuProblem: list.problem }) };
}

/** The GPUs of all backends, each once: several backends may hand out the same. */
async function gpuLines(
  backends: readonly BackendRow[],
  style: (style: Style, text: string) => string,
): Promise<readonly string[]> {
  const gpus = [...new Map(backends.flatMap((row) => row.gpus ?? []).map((gpu) => [gpu.id, gpu])).values()];
  const problems = [...new Set(backends.flatMap(({ gpuProblem }) => gpuProblem ?? []))];
  const table = gpus.length === 0 ? [] : ['', ...(await formatTable(gpuColumns, gpus, style))];
  return [...table, ...(problems.length === 0 ? [] : ['', ...problems.map((problem) => `GPUs: ${problem}.`)])];
}

const gpuColumns: readonly Column<GpuStatus>[] = [
  { title: 'GPU', cell: ({ index, id }) => String(index ?? id), align: 'right' },
  { title: 'Name', cell: ({ name }) => name ?? '-', optional: true },
  {
    title: 'Use',
    cell: ({ busy }) => (busy === undefined ? '-' : `${Math.round(busy * 100)} %`),
    align: 'right',
    optional: true,
  },
  { title: 'Memory', cell: gpuMemory, align: 'right', optional: true },
  {
    title: 'Held by',
    cell: ({ holder }) => (holder === undefined ? '-' : `${holder.processes.join(', then ')} of ${holder.experiment}`),
  },
];

function gpuMemory({ memory, memoryTotal }: GpuStatus): string {
  return [memory, memoryTotal].flatMap((bytes) => (bytes === undefined ? [] : formatBytes(bytes))).join(' of ') || '-';
}

const columns: readonly Column<BackendRow>[] = [
  { title: ' ', cell: ({ current }) => (current ? '*' : '') },
  { title: 'Backend', cell: ({ name }) => name },
  { title: 'Works', cell: ({ works }) => (works ? 'yes' : 'no'), style: ({ works }) => (works ? 'green' : 'red') },
  { title: 'What it is', cell: ({ summary }) => summary },
  { title: 'Detail', cell: ({ detail }) => detail },
];
