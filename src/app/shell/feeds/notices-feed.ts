import type { StoreApi } from 'zustand/vanilla';
import { NoticeWatch } from '../../../engine/client/notice-watch.ts';
import type { DesktopNotices } from '../context/options.ts';
import { type ClusterModel, emptyModel } from '../store/model.ts';
import type { AppState } from '../store/state.ts';
import type { TerminalControl } from '../terminal/terminal-control.ts';

/**
 * Shows notices of the listed experiments on the desktop: of what happens from now on, not of what was there before.
 * @returns ends it
 */
export function startNoticesFeed(
  store: StoreApi<AppState>,
  desktop: DesktopNotices | undefined,
  terminal: Pick<TerminalControl, 'writeSequenceLater'>,
): () => void {
  if (desktop === undefined) return () => {};
  const write = (sequence: string) => terminal.writeSequenceLater(sequence);
  let { cluster } = store.getState();
  let watch: NoticeWatch | undefined;
  let seen: ClusterModel = emptyModel;

  const unsubscribe = store.subscribe((state) => {
    if (state.cluster !== cluster) {
      cluster = state.cluster;
      watch?.close();
      watch = undefined;
      seen = emptyModel;
    }
    const { model } = state;
    const own = cluster;
    if (own === undefined || model === seen) return;
    const before = seen;
    seen = model;
    if (watch === undefined) {
      watch = new NoticeWatch((notice) => desktop.show(notice, own, write), desktop.on);
      for (const snapshot of model.values()) watch.begin(snapshot);
      return;
    }
    for (const [name, snapshot] of model) if (before.get(name) !== snapshot) watch.see(snapshot);
    for (const name of before.keys()) if (!model.has(name)) watch.forget(name);
  });

  return () => {
    unsubscribe();
    watch?.close();
  };
}
