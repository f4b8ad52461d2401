import type { ListView } from '../../shell/store/view.ts';
import type { ServiceRow } from './service-rows.ts';

/** The services of an experiment, as they were when the view was opened. */
export interface ServicesView extends ListView {
  readonly kind: 'services';
  readonly experiment: string;
  readonly rows: readonly ServiceRow[];
}
