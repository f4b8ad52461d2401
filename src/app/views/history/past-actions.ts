import { SymphonyError } from '../../../engine/contract/errors.ts';
import { History } from '../../../engine/history/history.ts';
import type { HistoryEntry } from '../../../engine/history/history-entry.ts';
import { pastProcesses } from '../../../engine/history/past-processes.ts';
import { formatBytes } from '../../../engine/text/quantities.ts';
import type { AppContext } from '../../shell/context/context.ts';
import { pushView, updateList } from '../../shell/store/view-updates.ts';
import { startOfText } from '../../shell/text/text-scroll.ts';
import { showLogsOf } from '../logs/open-logs.ts';
import { openPlan } from '../plan/open-plan.ts';
import type { PastView } from './history-view.ts';
import { readHistory } from './open-history.ts';
import { pastDocument } from './past-document.ts';

const history = new History();

/** Shows what is kept of a past experiment. */
export async function describePast({ store }: AppContext, name: string): Promise<void> {
  const record = await history.read(name);
  const lines = pastDocument(record, Date.now(), store.getState().theme);
  pushView<PastView>(store, { kind: 'past', title: record.name, record, lines, scroll: startOfText });
}

/** Shows the logs of a past experiment, merged. @throws SymphonyError `not-found` if none are kept */
export async function showPastLogs(context: AppContext, name: string): Promise<void> {
  const record = await history.read(name);
  if (record.logs.length === 0) throw new SymphonyError('not-found', `No logs of ${record.name} are kept.`);
  const source = { cluster: history, experiment: record.name, past: pastProcesses(record) };
  const only = record.logs.length === 1;
  showLogsOf(context, { ...source, processes: record.logs, previous: false }, only ? undefined : 'all');
}

/** Shows the plan of launching a past experiment anew, which `enter` launches. Asks first if it ran on another backend. */
export async function restorePast(context: AppContext, { name, backend }: HistoryEntry): Promise<void> {
  const { store, ask } = context;
  const { cluster } = store.getState();
  if (cluster === undefined) return;
  const spec = await history.specToRestore(name);
  if (backend !== cluster.backend) {
    const lines = [`It ran on ${backend}. This would launch it on ${cluster.backend}.`];
    if (!(await ask.confirm({ title: `Restore ${name} on ${cluster.backend}?`, lines, verb: 'restore' }))) return;
  }
  await openPlan(context, name, spec, 'history');
}

/** Removes past experiments for good. Asks first. */
export async function removePast(context: AppContext, entries: readonly HistoryEntry[]): Promise<void> {
  const { store, ask, notify } = context;
  const [first] = entries;
  if (first === undefined) return;
  const what = entries.length === 1 ? first.name : `${entries.length} past experiments`;
  const lines = [
    ...entries.slice(0, 10).map(({ name, bytes }) => `  ${name}: ${formatBytes(bytes)}`),
    ...(entries.length > 10 ? [`  and ${entries.length - 10} more`] : []),
    '',
    'What the history keeps of it is gone for good.',
  ];
  if (!(await ask.confirm({ title: `Remove ${what} from the history?`, lines, verb: 'remove' }))) return;
  await history.remove(entries.map(({ name }) => name));
  notify.good(`Removed ${what} from the history.`);
  updateList(store, (list) => ({ ...list, marked: new Set() }));
  await readHistory(context);
}
