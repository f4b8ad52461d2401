import type { BackendDefinition, GpuStatus, ProcessFact } from '../../../engine/contract/backend-definition.ts';
import type { SettingDefinition } from '../../../engine/settings/setting-definition.ts';

declare module '../../../engine/contract/extensions.ts' {
  interface ProcessFacts {
    /** The GPUs that the process has, from before its start until it has ended for good. */
    readonly gpus?: readonly Pick<GpuStatus, 'id' | 'index' | 'name'>[];
  }
  interface BackendSettings {
    /** Which GPUs of this machine are handed out: `auto`, `none`, how many, or a list of indices and UUIDs. */
    readonly gpus: 'auto' | 'none' | number | string | readonly (string | number)[];
  }
}

const gpusSetting: SettingDefinition = {
  schema: {
    anyOf: [
      { type: 'integer', minimum: 0, maximum: 1024 },
      { type: 'array', items: { anyOf: [{ type: 'integer', minimum: 0, maximum: 1023 }, uuid()] } },
      { type: 'string', pattern: '^(auto|none|\\d+|(\\d+|(GPU|MIG)-[\\w/-]+)(,(\\d+|(GPU|MIG)-[\\w/-]+))*)$' },
    ],
  },
  default: 'auto',
  description: 'Which GPUs of this machine experiments get: all, how many, which, or none',
  expects: 'auto, none, the number of GPUs, or a list of indices and UUIDs, such as [0, 2]',
};

function uuid(): SettingDefinition['schema'] {
  return { type: 'string', pattern: '^(GPU|MIG)-[\\w/-]+$' };
}

/** What a backend that hands out the GPUs of this machine adds to its definition. */
export const gpuDefinition = {
  settings: { gpus: gpusSetting },
  facts: [{ name: 'gpus', title: 'GPUs', format: formatGpus }] satisfies readonly ProcessFact[],
  async gpus() {
    const { listGpus } = await import('./list-gpus.ts');
    return listGpus();
  },
} satisfies Partial<BackendDefinition>;

/** The indices, as `nvidia-smi` numbers them: `0, 3`; the id of one without an index. */
function formatGpus(gpus: unknown): string {
  return (gpus as readonly Pick<GpuStatus, 'id' | 'index'>[]).map(({ id, index }) => index ?? id).join(', ');
}
