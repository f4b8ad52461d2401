import type { LogLine, LogOptions } from './logs.ts';
import { plainText } from './sanitize-text.ts';
import { formatProcess, type ProcessReference, type ProcessStatus } from './status.ts';

/** The part of a cluster that quoting logs needs. */
export interface ReadableLogs {
  logs(experiment: string, processes: readonly ProcessReference[], options: LogOptions): AsyncIterable<LogLine>;
}

const mostNamed = 5;
/** Processes whose last words are shown, and how many lines of them. */
const mostQuoted = 2;
const quotedLines = 5;
/** Milliseconds that reading them may take. */
const patience = 5_000;

/** Which processes keep an experiment from its goal, why, and what they wrote last. */
export async function describeFailure(
  cluster: ReadableLogs,
  experiment: string,
  processes: readonly ProcessStatus[],
): Promise<string> {
  const hadRun = processes.filter(({ state }) => state !== 'pending' && state !== 'lost').slice(0, mostQuoted);
  const quotes = await Promise.all(hadRun.map((status) => lastLines(cluster, experiment, status)));
  return [`${nameProcesses(processes)}.`, ...quotes.flat()].join('\n');
}

/** The first few processes, each with its state and reason; those first that do not go on by themselves. */
export function nameProcesses(processes: readonly ProcessStatus[]): string {
  const rank = ({ blocked, reason }: ProcessStatus) => (blocked ? 0 : reason !== undefined ? 1 : 2);
  const named = processes.toSorted((a, b) => rank(a) - rank(b)).slice(0, mostNamed);
  const more = processes.length > mostNamed ? `; and ${processes.length - mostNamed} more` : '';
  return `${named.map(describe).join('; ')}${more}`;
}

function describe(status: ProcessStatus): string {
  const what = status.state === 'backoff' ? `ends again and again (${status.restarts} restarts)` : status.state;
  return `${formatProcess(status)} ${what}${status.reason === undefined ? '' : `: ${status.reason}`}`;
}

/** None if they cannot be read: the reason matters more. */
async function lastLines(cluster: ReadableLogs, experiment: string, status: ProcessStatus): Promise<readonly string[]> {
  const lines: string[] = [];
  try {
    const options = { tail: quotedLines, signal: AbortSignal.timeout(patience) };
    for await (const { kind, text } of cluster.logs(experiment, [status], options)) {
      if (kind === 'line') lines.push(`  | ${plainText(text)}`);
    }
  } catch {
    return [];
  }
  return lines.length === 0 ? [] : [`${formatProcess(status)} wrote last:`, ...lines];
}
