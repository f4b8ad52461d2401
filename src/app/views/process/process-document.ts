import type { ProcessDescription } from '../../../engine/contract/backend.ts';
import { factText, registeredFacts } from '../../../engine/contract/backend-registry.ts';
import { formatProcess, type ProcessStatus, type RunStatus } from '../../../engine/contract/status.ts';
import { formatEnd } from '../../../engine/text/describe-ending.ts';
import { describeLimits } from '../../../engine/text/describe-limits.ts';
import { formatDuration } from '../../../engine/text/durations.ts';
import { formatCommand } from '../../../engine/text/format-command.ts';
import { stateReason } from '../../../engine/text/format-state.ts';
import { formatBytes, formatCores } from '../../../engine/text/quantities.ts';
import { sparkline } from '../../shell/status/sparkline.ts';
import { stateAge } from '../../shell/status/state-age.ts';
import type { Measurement } from '../../shell/store/measurements.ts';
import { sanitizeLine } from '../../shell/text/sanitize.ts';
import { fieldLines, sectionTitle } from '../../shell/text-view/document-lines.ts';
import { processSign } from '../../shell/theme/state-sign.ts';
import { paint, type Theme } from '../../shell/theme/theme.ts';

/** The details of one process: the status from the watch, and the description once the cluster has answered. */
export function processDocument(
  status: ProcessStatus | undefined,
  description: ProcessDescription | undefined,
  measurement: Measurement | undefined,
  now: number,
  theme: Theme,
): string[] {
  const known = status ?? description;
  if (known === undefined) return ['', paint(theme, 'dim', '  This process no longer exists.')];
  const { sign, role } = processSign(known);
  const age = formatDuration(stateAge(known, now));
  const lines = [
    '',
    `  ${paint(theme, role, `${sign} ${known.state}`)}${age === '' ? '' : ` for ${age}`}   ${paint(theme, 'dim', stateReason(known, now))}`,
    '',
    ...fieldLines(theme, [
      ['process', formatProcess(known)],
      ['ready', known.ready ? 'yes' : 'no'],
      ['restarts', String(known.restarts)],
      ['command', plain(formatCommand(known.command))],
      ['folder', plain(description?.startDir ?? '')],
      ...registeredFacts().map((fact): [string, string] => [fact.title.toLowerCase(), factText(known, fact) ?? '']),
      ['cpu', usage(measurement)],
      ['memory', formatBytes(measurement?.memory)],
      ['gpu use', formatCores(measurement?.gpu)],
      ['gpu memory', formatBytes(measurement?.gpuMemory)],
      [
        'ports',
        Object.entries(known.ports)
          .map(([name, port]) => `${name}:${port}`)
          .join('  '),
      ],
      ['binds', description?.bind.join('  ') ?? ''],
      ['connects', description?.connect.join('  ') ?? ''],
      ['exposes', description?.expose.join('  ') ?? ''],
      ...describeLimits(description ?? {}).map(([name, text]): [string, string] => [name.toLowerCase(), plain(text)]),
    ]),
  ];
  if (description === undefined) return lines;
  lines.push('', sectionTitle(theme, 'Runs'), ...runLines(description.runs, now, theme));
  const environment = Object.entries(description.env).sort(([a], [b]) => a.localeCompare(b));
  lines.push('', sectionTitle(theme, 'Environment'));
  if (environment.length === 0) lines.push(paint(theme, 'dim', '  None.'));
  for (const [name, value] of environment) {
    lines.push(
      `  ${paint(theme, 'accent', plain(name))}=${value === '<secret>' ? paint(theme, 'dim', value) : plain(value)}`,
    );
  }
  return lines;
}

const maxRuns = 10;

function runLines(runs: readonly RunStatus[], now: number, theme: Theme): string[] {
  if (runs.length === 0) return [paint(theme, 'dim', '  None yet.')];
  return [...runs]
    .reverse()
    .slice(0, maxRuns)
    .map((run) => {
      const end = run.finishedAt === undefined ? now : Date.parse(run.finishedAt);
      const lasted = formatDuration((end - Date.parse(run.startedAt)) / 1000);
      const started = new Date(run.startedAt).toLocaleString('sv');
      return `  ${paint(theme, 'dim', `${String(run.run).padStart(3)}  ${started}  ${lasted.padStart(5)}`)}  ${runEnd(run, theme)}`;
    });
}

function runEnd(run: RunStatus, theme: Theme): string {
  if (run.finishedAt === undefined) return paint(theme, 'good', 'still runs');
  const text = plain(formatEnd(run) || 'ended');
  return run.exitCode === 0 ? paint(theme, 'dim', text) : paint(theme, 'bad', text);
}

function usage(measurement: Measurement | undefined): string {
  if (measurement?.cpu === undefined) return '';
  return `${formatCores(measurement.cpu)}  ${sparkline(measurement.history, 40, 0.05).trimStart()}`;
}

function plain(text: string): string {
  return sanitizeLine(text.replaceAll('\n', '⏎')).plain;
}
