import { formatProcess } from '../../engine/contract/status.ts';
import type { ExperimentSnapshot } from '../../engine/contract/watch.ts';
import { countOf } from '../../engine/text/sentences.ts';
import type { Style } from '../shared/terminal.ts';
import { serviceColumns } from './service-table.ts';
import { formatTable } from './table.ts';

/** The processes that were started, and the addresses of services. */
export async function describeLaunch(
  { experiment, processes }: ExperimentSnapshot,
  style: (style: Style, text: string) => string,
): Promise<string[]> {
  const count = countOf(processes.length, 'process', 'processes');
  const lines = [`Launched ${style('bold', experiment.name)} on ${experiment.backend}: ${count}.`];
  return experiment.services.length === 0
    ? lines
    : [...lines, '', ...(await formatTable(serviceColumns, experiment.services, style))];
}

/** Processes that could not start, or ended at once: a line for each reason. */
export function failuresAtStart({ processes }: ExperimentSnapshot): string[] {
  const byReason = new Map<string, string[]>();
  for (const status of processes) {
    if (status.state !== 'failed' && status.state !== 'backoff') continue;
    const reason = status.reason ?? status.state;
    byReason.set(reason, [...(byReason.get(reason) ?? []), formatProcess(status)]);
  }
  return [...byReason].map(([reason, names]) => `${summarizeNames(names)}: ${reason}`);
}

function summarizeNames(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

/** Useful next commands. */
export function nextCommands({ experiment }: ExperimentSnapshot, program: string): string[] {
  const exposed = experiment.services.find(({ kind }) => kind === 'expose');
  const commands: readonly (readonly [string, string])[] = [
    ['process', 'its processes'],
    ['logs -f', 'follow their output'],
    ...(exposed === undefined ? [] : [[`visit ${exposed.name}`, 'open it in the browser'] as const]),
    ['delete', 'end everything'],
  ];
  const width = Math.max(...commands.map(([command]) => command.length));
  return ['', 'Next:', ...commands.map(([command, what]) => `  ${program} ${command.padEnd(width)}  ${what}`)];
}
