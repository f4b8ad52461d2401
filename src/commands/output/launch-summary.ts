import type { ExperimentSnapshot } from '../../engine/watch.ts';
import type { Style } from '../terminal.ts';
import { serviceColumns } from './service-table.ts';
import { formatTable } from './table.ts';

/** What was started, and where its services are. */
export async function describeLaunch(
  { experiment, processes }: ExperimentSnapshot,
  style: (style: Style, text: string) => string,
): Promise<string[]> {
  const count = processes.length === 1 ? '1 process' : `${processes.length} processes`;
  const lines = [`Launched ${style('bold', experiment.name)} on ${experiment.backend}: ${count}.`];
  return experiment.services.length === 0
    ? lines
    : [...lines, '', ...(await formatTable(serviceColumns, experiment.services, style))];
}

/** What one will want to do next. */
export function nextCommands({ experiment }: ExperimentSnapshot): string[] {
  const exposed = experiment.services.find(({ kind }) => kind === 'expose');
  return [
    '',
    'Next:',
    '  symphony process      its processes',
    '  symphony logs -f      what they write',
    ...(exposed === undefined ? [] : [`  symphony visit ${exposed.name}`]),
    '  symphony delete       end it all',
  ];
}
