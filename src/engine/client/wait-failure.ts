import type { LogLine, LogOptions } from '../contract/logs.ts';
import { formatProcess, type ProcessReference, type ProcessStatus } from '../contract/status.ts';
import { endOrReason } from '../text/format-state.ts';
import { plainText } from '../text/safe-text.ts';
import { countOf } from '../text/sentences.ts';

/** The part of a cluster that quoting logs needs. */
export interface ReadableLogs {
  logs(experiment: string, processes: readonly ProcessReference[], options: LogOptions): AsyncIterable<LogLine>;
}

const maxNamedProcesses = 5;
/** The number of processes whose last lines are shown, and of lines each. */
const maxQuotedProcesses = 2;
const quotedLines = 5;
/** Limit for reading these lines. */
const readTimeoutMilliseconds = 5_000;

/**
 * Names the processes that keep an experiment from its goal, with the reason and their last lines of log.
 * @param lead a sentence instead of the names
 */
export async function describeFailure(
  cluster: ReadableLogs,
  experiment: string,
  processes: readonly ProcessStatus[],
  lead = `${nameProcesses(processes)}.`,
): Promise<string> {
  const hadRun = processes.filter(({ state }) => state !== 'pending' && state !== 'lost').slice(0, maxQuotedProcesses);
  const quotes = await Promise.all(hadRun.map((status) => lastLines(cluster, experiment, status)));
  return [lead, ...quotes.flat()].join('\n');
}

/** The first few processes with their states and reasons; blocked ones come first. */
export function nameProcesses(processes: readonly ProcessStatus[]): string {
  const rank = ({ blocked, reason }: ProcessStatus) => (blocked ? 0 : reason !== undefined ? 1 : 2);
  const named = processes.toSorted((a, b) => rank(a) - rank(b)).slice(0, maxNamedProcesses);
  const more = processes.length > maxNamedProcesses ? `; and ${processes.length - maxNamedProcesses} more` : '';
  return `${named.map(describe).join('; ')}${more}`;
}

function describe(status: ProcessStatus): string {
  const what =
    status.state === 'backoff' ? `ends again and again (${countOf(status.restarts, 'restart')})` : status.state;
  const why = endOrReason(status);
  return `${formatProcess(status)} ${what}${why === '' ? '' : `: ${why}`}`;
}

/** Empty if the log cannot be read: the reason matters more. */
async function lastLines(cluster: ReadableLogs, experiment: string, status: ProcessStatus): Promise<readonly string[]> {
  const lines: string[] = [];
  try {
    const options = { tail: quotedLines, signal: AbortSignal.timeout(readTimeoutMilliseconds) };
    for await (const { kind, text } of cluster.logs(experiment, [status], options)) {
      if (kind === 'line') lines.push(`  | ${plainText(text)}`);
    }
  } catch {
    return [];
  }
  return lines.length === 0 ? [] : [`${formatProcess(status)} wrote last:`, ...lines];
}
