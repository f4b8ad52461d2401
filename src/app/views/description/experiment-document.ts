import type { ExperimentDescription } from '../../../engine/contract/backend.ts';
import type { ClusterEvent } from '../../../engine/contract/events.ts';
import { formatProcess } from '../../../engine/contract/status.ts';
import { formatAge, formatDuration } from '../../../engine/text/durations.ts';
import { formatServiceAddress } from '../../../engine/text/format-address.ts';
import { formatCommand } from '../../../engine/text/format-command.ts';
import { stateReason } from '../../../engine/text/format-state.ts';
import { stateAge } from '../../shell/status/state-age.ts';
import { pad } from '../../shell/text/pad.ts';
import { sanitizeLine } from '../../shell/text/sanitize.ts';
import { textWidth } from '../../shell/text/width.ts';
import { fieldLines, sectionTitle } from '../../shell/text-view/document-lines.ts';
import { experimentSigns, processSign } from '../../shell/theme/state-sign.ts';
import { paint, type Theme } from '../../shell/theme/theme.ts';
import { buildServiceRows } from '../services/service-rows.ts';

/** The details of an experiment. */
export function experimentDocument(
  experiment: ExperimentDescription,
  events: readonly ClusterEvent[],
  now: number,
  theme: Theme,
): string[] {
  const { sign, role } = experimentSigns[experiment.state];
  const { total, ready, failed } = experiment.processes;
  const lines = [
    '',
    `  ${paint(theme, role, `${sign} ${experiment.state}`)}   ${paint(theme, 'dim', experiment.reason ?? '')}`,
    '',
    ...fieldLines(theme, [
      ['experiment', experiment.name],
      ['backend', experiment.backend],
      ['age', formatAge(experiment.createdAt, now)],
      ['processes', `${ready} of ${total} ready${failed > 0 ? `, ${failed} failed` : ''}`],
      ['launch', experiment.launchId],
      ['location', experiment.location],
    ]),
  ];
  for (const note of experiment.notes) lines.push(`  ${paint(theme, 'warning', '▲')} ${sanitizeLine(note).plain}`);
  lines.push('', sectionTitle(theme, 'Services'), ...serviceLines(experiment, theme));
  lines.push('', sectionTitle(theme, 'Processes'), ...memberLines(experiment, now, theme));
  if (events.length > 0) lines.push('', sectionTitle(theme, 'Events'), ...eventLines(events, now, theme));
  return lines;
}

function serviceLines({ services, members }: ExperimentDescription, theme: Theme): string[] {
  if (services.length === 0) return [paint(theme, 'dim', '  None.')];
  const rows = buildServiceRows(services, members);
  const width = Math.max(...rows.map(({ service }) => textWidth(service.name)));
  return rows.map(({ service, owners, connected }) => {
    const users =
      connected.length === 0 ? '' : `, used by ${connected.length > 4 ? connected.length : connected.join(' ')}`;
    return `  ${pad(service.name, width)}  ${paint(theme, 'accent', formatServiceAddress(service))}  ${paint(theme, 'dim', `${service.kind} ${owners.join(' ')}${users}`)}`;
  });
}

function memberLines({ members }: ExperimentDescription, now: number, theme: Theme): string[] {
  const width = Math.max(0, ...members.map((member) => textWidth(formatProcess(member))));
  return members.map((member) => {
    const { sign, role } = processSign(member);
    const age = formatDuration(stateAge(member, now)).padStart(6);
    const why = stateReason(member, now) || sanitizeLine(formatCommand(member.command).replaceAll('\n', '⏎')).plain;
    return `  ${pad(formatProcess(member), width)}  ${paint(theme, role, pad(`${sign} ${member.state}`, 11))} ${age}  ${paint(theme, 'dim', why)}`;
  });
}

function eventLines(events: readonly ClusterEvent[], now: number, theme: Theme): string[] {
  return events.map((event) => {
    const age = `${formatAge(event.time, now)} ago`.padStart(10);
    const subject = event.process === undefined ? '' : `${formatProcess(event.process)} `;
    const times = event.count > 1 ? ` (${event.count} times)` : '';
    const reason = paint(theme, event.kind === 'warning' ? 'warning' : 'dim', event.reason);
    return `  ${paint(theme, 'dim', age)}  ${subject}${reason} ${sanitizeLine(event.message).plain}${times}`;
  });
}
