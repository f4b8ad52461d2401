import type { ExperimentDescription, ProcessDescription } from '../../engine/contract/backend.ts';
import { factText, registeredFacts } from '../../engine/contract/backend-registry.ts';
import type { ClusterEvent } from '../../engine/contract/events.ts';
import { formatProcess, type RunStatus } from '../../engine/contract/status.ts';
import { formatEnd } from '../../engine/text/describe-ending.ts';
import { describeLimits } from '../../engine/text/describe-limits.ts';
import { formatAge, formatDuration, secondsSince } from '../../engine/text/durations.ts';
import { formatCommand } from '../../engine/text/format-command.ts';
import { formatExperimentState, formatState } from '../../engine/text/format-state.ts';
import { plainText } from '../../engine/text/safe-text.ts';
import type { Style } from '../shared/terminal.ts';
import { formatProcessCount } from './counts.ts';
import { eventColumns } from './event-table.ts';
import { formatPorts } from './process-table.ts';
import { serviceColumns } from './service-table.ts';
import { type Column, formatTable } from './table.ts';

interface RenderOptions {
  readonly now: number;
  readonly style: (style: Style, text: string) => string;
  /** Whether each process's environment is shown. */
  readonly environment: boolean;
}

export async function describeExperiment(
  experiment: ExperimentDescription,
  options: RenderOptions & { readonly events: readonly ClusterEvent[] },
): Promise<string[]> {
  const { now, style } = options;
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', style('bold', title), ...lines.map((line) => `  ${line}`)];
  const members = await Promise.all(
    experiment.members.map(async (member) =>
      section(formatProcess(member), (await describeProcess(member, options)).slice(1)),
    ),
  );
  return [
    ...fields(style, {
      Name: experiment.name,
      Backend: experiment.backend,
      State: formatExperimentState(experiment),
      Created: formatTime(experiment.createdAt, now),
      Processes: formatProcessCount(experiment.processes),
      Location: experiment.location,
      Launch: experiment.launchId,
    }),
    ...section('Notes', experiment.notes.map(plainText)),
    ...section('Services', await table(serviceColumns, experiment.services, style)),
    ...members.flat(),
    ...section('Events', await table(eventColumns(now), options.events, style)),
  ];
}

export async function describeProcess(
  member: ProcessDescription,
  { now, style, environment }: RenderOptions,
): Promise<string[]> {
  const list = (names: readonly string[]) => names.join(', ') || undefined;
  const env = Object.entries(member.env).map(([name, value]) => `${name}=${JSON.stringify(value).slice(1, -1)}`);
  return [
    ...fields(style, {
      Process: formatProcess(member),
      State: formatState(member, now),
      Ready: member.ready ? 'yes' : 'no',
      Restarts: String(member.restarts),
      Started: member.startedAt && formatTime(member.startedAt, now),
      Finished: member.finishedAt && formatTime(member.finishedAt, now),
      Command: formatCommand(member.command),
      Folder: member.startDir,
      ...Object.fromEntries(registeredFacts().map((fact) => [fact.title, factText(member, fact)])),
      Ports: Object.keys(member.ports).length > 0 ? formatPorts(member.ports) : undefined,
      Binds: list(member.bind),
      Connects: list(member.connect),
      Exposes: list(member.expose),
      ...Object.fromEntries(describeLimits(member)),
    }),
    ...indented('Environment', environment ? env.map(plainText) : [], style),
    ...indented('Runs', member.runs.length > 1 ? await table(runColumns(now), member.runs, style) : [], style),
  ];
}

/** A table; empty without rows. */
async function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  style: RenderOptions['style'],
): Promise<readonly string[]> {
  return rows.length === 0 ? [] : formatTable(columns, rows, style);
}

/** Lines of names and values; values that are undefined are left out. */
export function fields(style: RenderOptions['style'], values: Readonly<Record<string, string | undefined>>): string[] {
  const known = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const width = Math.max(...known.map(([name]) => name.length)) + 1;
  return known.map(
    ([name, value]) => `${style('bold', `${name}:`.padEnd(width))} ${plainText(value.replaceAll('\n', ' '))}`,
  );
}

function indented(title: string, lines: readonly string[], style: RenderOptions['style']): string[] {
  return lines.length === 0 ? [] : [style('bold', `${title}:`), ...lines.map((line) => `  ${line}`)];
}

function formatTime(time: string, now: number): string {
  return `${time} (${formatAge(time, now)} ago)`;
}

function runColumns(now: number): readonly Column<RunStatus>[] {
  return [
    { title: 'Run', cell: ({ run }) => String(run), align: 'right' },
    { title: 'Started', cell: ({ startedAt }) => startedAt },
    {
      title: 'Lasted',
      cell: ({ startedAt, finishedAt }) =>
        formatDuration(secondsSince(startedAt, finishedAt === undefined ? now : Date.parse(finishedAt))),
      align: 'right',
    },
    { title: 'End', cell: (run) => (run.finishedAt === undefined ? '-' : formatEnd(run) || 'unknown') },
  ];
}
