import { isOfKind, type ListView } from '../../shell/store/view.ts';

/** The processes of an experiment, by group. */
export interface ProcessesView extends ListView {
  readonly kind: 'processes';
  readonly experiment: string;
  /** Names of the groups whose processes are hidden. */
  readonly collapsed: ReadonlySet<string>;
}

export const isProcessesView = isOfKind<ProcessesView>('processes');
