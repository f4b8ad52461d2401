import { SymphonyError, throwIfAborted } from '../../../engine/contract/errors.ts';
import type { AppContext } from '../../shell/context/context.ts';
import { emptyList } from '../../shell/lists/list-state.ts';
import { topView } from '../../shell/store/state.ts';
import { popView, pushView } from '../../shell/store/view-updates.ts';

/** Shows the backends, and checks meanwhile which of them work here. */
export async function openBackends({ options, store }: AppContext): Promise<void> {
  if (topView(store.getState()).kind === 'backends') return;
  const cursor = store.getState().cluster?.backend ?? null;
  pushView(store, { kind: 'backends', list: { ...emptyList, cursor } });
  await Promise.all(
    options.clusters.map(async ({ name, check: runCheck }) => {
      const check = await runCheck();
      store.setState(({ backends }) => ({
        backends: backends.map((entry) => (entry.name === name ? { ...entry, check } : entry)),
      }));
    }),
  );
}

/** @throws SymphonyError `not-found`; `backend-unavailable` with a hint */
export async function changeBackend(context: AppContext, name: string): Promise<void> {
  const { options, store, notify } = context;
  const choice = options.clusters.find((cluster) => cluster.name === name);
  if (choice === undefined) throw new SymphonyError('not-found', `There is no backend ${name}.`);
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
