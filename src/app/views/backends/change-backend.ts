import { SymphonyError, throwIfAborted } from '../../../engine/contract/errors.ts';
import { unknownName } from '../../../engine/text/common-errors.ts';
import type { AppContext } from '../../shell/context/context.ts';
import { popView } from '../../shell/store/view-updates.ts';

/** Opens a backend in place of the current one. @throws SymphonyError `not-found`; `backend-unavailable` with a hint */
export async function changeBackend(context: AppContext, name: string): Promise<void> {
  const { options, store, notify } = context;
  const choice = options.clusters.find((cluster) => cluster.name === name);
  if (choice === undefined) {
    throw unknownName(
      'backend',
      name,
      options.clusters.map((cluster) => cluster.name),
    );
  }
  if (store.getState().cluster?.backend === name) {
    popView(store);
    return;
  }
  const known = store.getState().backends.find((entry) => entry.name === name)?.check;
  if (known?.works === false) {
    throw new SymphonyError('backend-unavailable', `The ${name} backend does not work here.`, { hint: known.detail });
  }
  const cluster = await notify.during(`opening ${name}`, async ({ signal }) => {
    const opened = await choice.load();
    if (signal.aborted) await opened.close();
    throwIfAborted(signal);
    return opened;
  });
  if (cluster !== undefined) context.enterCluster(cluster, true);
}
