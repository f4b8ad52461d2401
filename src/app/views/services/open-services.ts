import type { AppContext } from '../../shell/context/context.ts';
import { chosenExperiments } from '../../shell/context/targets.ts';
import { emptyList } from '../../shell/lists/list-state.ts';
import { pushView } from '../../shell/store/view-updates.ts';
import { buildServiceRows } from './service-rows.ts';
import type { ServicesView } from './services-view.ts';

/** Shows the services of the chosen experiment. */
export async function openServices(context: AppContext): Promise<void> {
  const { store, notify } = context;
  const { cluster } = store.getState();
  const [experiment] = chosenExperiments(context);
  if (cluster === undefined || experiment === undefined) return;
  const found = await notify.during(`loading ${experiment}`, () => cluster.describeExperiment(experiment));
  if (found === undefined) return;
  const rows = buildServiceRows(found.services, found.members);
  pushView<ServicesView>(store, { kind: 'services', experiment, rows, list: emptyList });
}
