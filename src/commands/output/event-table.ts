import type { ClusterEvent } from '../../engine/contract/events.ts';
import { formatProcess } from '../../engine/contract/status.ts';
import { formatAge } from '../../engine/text/durations.ts';
import { plainText } from '../../engine/text/safe-text.ts';
import type { Style } from '../shared/terminal.ts';
import { type Column, formatTable } from './table.ts';

type Paint = (style: Style, text: string) => string;

/** The columns of a list of events. @param now milliseconds since 1970 */
export function eventColumns(now: number): readonly Column<ClusterEvent>[] {
  return [
    { title: 'Age', cell: ({ time }) => formatAge(time, now), align: 'right' },
    { title: 'Process', cell: formatSubject },
    { title: 'Reason', cell: ({ reason }) => reason, style: styleOf },
    { title: 'Count', cell: ({ count }) => (count === 1 ? '' : String(count)), align: 'right', optional: true },
    { title: 'Message', cell: ({ message }) => message },
  ];
}

/** A table of events, with line ends. Without events it says so. */
export async function formatEventTable(events: readonly ClusterEvent[], now: number, style: Paint): Promise<string> {
  if (events.length === 0) return 'No events.\n';
  return (await formatTable(eventColumns(now), events, style)).map((line) => `${line}\n`).join('');
}

/** The usual reasons are no longer than this. */
const reasonWidth = 16;

/** Formats events one by one, as they come, with their times. @param processWidth of the longest name of a process */
export function createEventRenderer(processWidth: number, style: Paint): (event: ClusterEvent) => string {
  return (event) => {
    const time = `${event.time.slice(0, 19)}Z`;
    const reason = event.reason.padEnd(reasonWidth);
    const wanted = styleOf(event);
    const times = event.count > 1 ? ` (${event.count} times)` : '';
    const shownReason = wanted === undefined ? plainText(reason) : style(wanted, plainText(reason));
    const subject = formatSubject(event).padEnd(processWidth);
    return `${time}  ${subject}  ${shownReason}  ${plainText(event.message.replaceAll(/[\r\n\t]+/g, ' '))}${times}`;
  };
}

function formatSubject({ process: reference }: ClusterEvent): string {
  return reference === undefined ? '-' : formatProcess(reference);
}

function styleOf({ kind }: ClusterEvent): Style | undefined {
  return kind === 'warning' ? 'yellow' : undefined;
}
