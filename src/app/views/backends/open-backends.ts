import type { AppContext } from '../../shell/context/context.ts';
import { emptyList } from '../../shell/lists/list-state.ts';
import { topView } from '../../shell/store/state.ts';
import { pushView } from '../../shell/store/view-updates.ts';
import { type BackendsView, isBackendsView } from './backends-view.ts';

/** Shows the backends, and checks meanwhile which of them work here. */
export async function openBackends({ options, store }: AppContext): Promise<void> {
  if (isBackendsView(topView(store.getState()))) return;
  const cursor = store.getState().cluster?.backend ?? null;
  pushView<BackendsView>(store, { kind: 'backends', list: { ...emptyList, cursor } });
  await Promise.all(
    options.clusters.map(async ({ name, check: runCheck }) => {
      const check = await runCheck();
      store.setState(({ backends }) => ({
        backends: backends.map((entry) => (entry.name === name ? { ...entry, check } : entry)),
      }));
    }),
  );
}
