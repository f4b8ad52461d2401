import type { Cluster } from '../../engine/cluster.ts';
import { SymphonyError } from '../../engine/errors.ts';
import type { LogLine, LogOptions } from '../../engine/logs.ts';
import type { ProcessReference } from '../../engine/status.ts';
import type { CommandContext } from '../context.ts';
import { createLineRenderer } from './render-line.ts';

export interface ShownLogs {
  readonly experiment: string;
  readonly processes: readonly ProcessReference[];
  readonly all: readonly ProcessReference[];
  readonly options: LogOptions;
  readonly filter: (line: LogLine) => boolean;
}

/** Prints lines as they come, in batches, until there are no more or the command is interrupted. */
export async function showLogs(context: CommandContext, cluster: Cluster, logs: ShownLogs): Promise<void> {
  const { output, terminal, signal } = context;
  if (output === 'yaml' || output === 'name')
    throw new SymphonyError('usage', `Logs have no form ${output}; there are table and json.`);
  const render = createLineRenderer({
    processes: logs.processes,
    all: logs.all,
    forPeople: terminal.forPeople,
    timestamps: logs.options.timestamps ?? false,
    style: terminal.style,
  });
  const references = logs.processes.map(({ group, name }) => ({ group, name }));
  const batches = cluster.logBatches(logs.experiment, references, { ...logs.options, signal });
  for await (const batch of batches) {
    const lines = batch.filter(logs.filter);
    if (output === 'json') {
      await context.write(lines.map((line) => `${JSON.stringify(lineShape(line))}\n`).join(''));
      continue;
    }
    // What Symphony says between the lines is no part of what a program reads.
    const isData = (line: LogLine) => line.kind === 'line' || terminal.forPeople;
    for (const line of lines) if (!isData(line)) context.note(render(line));
    await context.write(
      lines
        .filter(isData)
        .map((line) => `${render(line)}\n`)
        .join(''),
    );
    if (signal.aborted) return;
  }
}

/** What JSON shows of a line, whatever else a backend keeps with it. */
function lineShape({ group, name, run, kind, text, time }: LogLine): LogLine {
  return { group, name, run, kind, text, ...(time === undefined ? {} : { time }) };
}
