import type { BackendDefinition } from '../../../../engine/contract/backend-definition.ts';
import { gpuDefinition } from '../../../kit/gpus/gpu-definition.ts';

declare module '../../../../engine/contract/extensions.ts' {
  interface ProcessFacts {
    readonly pid?: number;
  }
}

/** What every backend that runs processes on this host has in its definition. */
export const hostDefinition = {
  ...gpuDefinition,
  facts: [{ name: 'pid', title: 'Pid', align: 'right' }, ...gpuDefinition.facts],
} satisfies Partial<BackendDefinition>;
