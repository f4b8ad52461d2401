import type { ProcessDescription } from '../../../engine/contract/backend.ts';
import type { ProcessReference } from '../../../engine/contract/status.ts';
import { isOfKind, type TextView } from '../../shell/store/view.ts';

/** The details of one process. */
export interface ProcessView extends TextView {
  readonly kind: 'process';
  readonly experiment: string;
  readonly process: ProcessReference;
  /** The cluster's description; undefined until the cluster has answered. */
  readonly description?: ProcessDescription;
}

export const isProcessView = isOfKind<ProcessView>('process');
