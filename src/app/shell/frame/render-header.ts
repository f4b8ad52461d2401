import { countProcesses } from '../../../engine/contract/status.ts';
import type { ViewKind } from '../context/context.ts';
import { clusterName } from '../status/place.ts';
import { type AppState, topView } from '../store/state.ts';
import { pad, padBoth, truncateStart } from '../text/pad.ts';
import { textWidth } from '../text/width.ts';
import { paint, type Theme } from '../theme/theme.ts';

/** The path of the view (backend › experiment › process) and its status, with a rule below. */
export function renderHeader(state: AppState, kind: ViewKind): string[] {
  const { theme, size } = state;
  const right = headerStatus(state);
  const rightText = right === '' ? '' : `${right} `;
  const room = size.columns - textWidth(rightText) - 2;
  const names = [clusterName(state), ...kind.path(state, topView(state))];
  const last = names.pop() ?? '';
  const before = names.map((name) => `${name} › `).join('');
  const path =
    textWidth(before + last) <= room
      ? paint(theme, 'dim', before) + paint(theme, 'accent', last)
      : paint(theme, 'accent', truncateStart(before + last, room));
  return [padBoth(` ${path}`, rightText, size.columns), paint(theme, 'border', '─'.repeat(size.columns))];
}

function headerStatus(state: AppState): string {
  const { connection, theme } = state;
  if (connection.kind === 'connecting') return paint(theme, 'busy', '◐ connecting');
  if (connection.kind === 'stale') {
    const since = new Date(connection.since).toTimeString().slice(0, 8);
    const reason = pad(connection.reason, Math.min(textWidth(connection.reason), Math.floor(state.size.columns / 3)));
    return paint(theme, 'bad', `▲ stale since ${since}: ${reason}`);
  }
  const { experiment } = topView(state);
  if (experiment !== undefined) {
    const processes = state.model.get(experiment)?.processes;
    if (processes === undefined) return paint(theme, 'warning', 'deleted');
    const { ready, total, failed, succeeded } = countProcesses(processes);
    const waiting = processes.filter(({ state }) => state === 'backoff').length;
    const blocked = processes.filter(({ blocked }) => blocked).length;
    return counts(theme, [
      { count: total, text: `${ready}/${total} ready`, role: ready + succeeded === total ? 'good' : 'dim' },
      { count: succeeded, text: `✓ ${succeeded}`, role: 'dim' },
      { count: waiting, text: `↻ ${waiting}`, role: 'warning' },
      { count: blocked, text: `▲ ${blocked}`, role: 'warning' },
      { count: failed, text: `✗ ${failed} failed`, role: 'bad' },
    ]);
  }
  const experiments = [...state.model.values()].map(({ experiment }) => experiment);
  const of = (...states: string[]) => experiments.filter((experiment) => states.includes(experiment.state)).length;
  return counts(theme, [
    { count: 1, text: experiments.length === 1 ? '1 experiment' : `${experiments.length} experiments`, role: 'dim' },
    { count: of('running'), text: `● ${of('running')}`, role: 'good' },
    { count: of('starting'), text: `◐ ${of('starting')}`, role: 'busy' },
    { count: of('degraded'), text: `▲ ${of('degraded')}`, role: 'warning' },
    { count: of('succeeded'), text: `✓ ${of('succeeded')}`, role: 'dim' },
    { count: of('stopping'), text: `◌ ${of('stopping')}`, role: 'busy' },
    { count: of('failed'), text: `✗ ${of('failed')}`, role: 'bad' },
  ]);
}

interface Count {
  readonly count: number;
  readonly text: string;
  readonly role: 'good' | 'bad' | 'dim' | 'busy' | 'warning';
}

function counts(theme: Theme, parts: readonly Count[]): string {
  return parts
    .filter(({ count }) => count > 0)
    .map(({ text, role }) => paint(theme, role, text))
    .join('  ');
}
