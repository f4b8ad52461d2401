import type { ProcessFact } from '../../../../engine/contract/backend-definition.ts';

declare module '../../../../engine/contract/extensions.ts' {
  interface ProcessFacts {
    readonly pid?: number;
  }
}

/** What every backend that runs processes on a host says about one. */
export const hostFacts: readonly ProcessFact[] = [{ name: 'pid', title: 'Pid', align: 'right' }];
