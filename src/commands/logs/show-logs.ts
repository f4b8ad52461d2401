import type { Cluster } from '../../engine/client/cluster.ts';
import type { LogBytesCapability } from '../../engine/contract/capabilities.ts';
import { SymphonyError } from '../../engine/contract/errors.ts';
import { type LogOptions, longestLineBytes } from '../../engine/contract/logs.ts';
import type { ProcessReference } from '../../engine/contract/status.ts';
import type { CommandContext } from '../program/command.ts';
import { createJsonLineRenderer } from './json-line.ts';
import type { LineFilter } from './line-filter.ts';
import { createLineRenderer } from './render-line.ts';

export interface ShownLogs {
  readonly experiment: string;
  readonly processes: readonly ProcessReference[];
  readonly all: readonly ProcessReference[];
  readonly options: LogOptions;
  /** Without a filter, every line is shown. */
  readonly filter?: LineFilter | undefined;
  /** Ends the printing, as an interrupt of the command does. */
  readonly signal?: AbortSignal;
}

/** The number of characters that are collected before a write. */
const maxHeldCharacters = 1024 * 1024;

type OutputContext = Pick<CommandContext, 'output' | 'terminal' | 'signal' | 'write' | 'note'>;

/** Prints logs as they arrive, until they end or the command is interrupted. */
export async function showLogs(context: OutputContext, cluster: Cluster, logs: ShownLogs): Promise<void> {
  const { output } = context;
  if (output === 'yaml' || output === 'name')
    throw new SymphonyError('usage', `Logs cannot be printed as ${output}; choose table or json.`);
  const signal = logs.signal === undefined ? context.signal : AbortSignal.any([context.signal, logs.signal]);
  const { logBytes } = cluster.capabilities;
  if (logBytes !== undefined && isUnchanged(context, logs)) await copyBytes(context, logBytes, logs, signal);
  else await printLines(context, cluster, logs, signal);
}

/** Whether a program reads the output of one process, and no option adds anything or leaves anything out. */
function isUnchanged({ output, terminal }: OutputContext, { processes, options, filter }: ShownLogs): boolean {
  return (
    !terminal.forPeople && output !== 'json' && processes.length === 1 && !options.timestamps && filter === undefined
  );
}

async function copyBytes(
  context: OutputContext,
  { logBytes }: LogBytesCapability,
  { experiment, processes, all, options }: ShownLogs,
  signal: AbortSignal,
): Promise<void> {
  const [only] = processes as readonly [ProcessReference];
  const { style } = context.terminal;
  const render = createLineRenderer({ processes, all, forPeople: false, timestamps: false, style });
  for await (const piece of logBytes(experiment, reference(only), { ...options, signal })) {
    if (piece instanceof Uint8Array) await context.write(piece);
    else context.note(render(piece));
    if (signal.aborted) return;
  }
}

async function printLines(
  context: OutputContext,
  cluster: Cluster,
  { experiment, processes, all, options, filter }: ShownLogs,
  signal: AbortSignal,
): Promise<void> {
  const { output, terminal } = context;
  const { forPeople, style } = terminal;
  const asJson = output === 'json';
  const timestamps = options.timestamps ?? false;
  const render = asJson
    ? createJsonLineRenderer()
    : createLineRenderer({ processes, all, forPeople, timestamps, style });
  // A terminal shows the beginning of a long line; every other output and a filter need the whole line.
  const limits = forPeople && !asJson && filter === undefined ? {} : { lineLimit: longestLineBytes };
  const batches = cluster.logBatches(experiment, processes.map(reference), { ...options, ...limits, signal });
  for await (const batch of batches) {
    let text = '';
    for (const line of batch) {
      if (filter !== undefined && !filter(line)) continue;
      // Symphony's own messages are not part of the text that a program reads.
      if (line.kind === 'line' || forPeople || asJson) text += `${render(line)}\n`;
      else context.note(render(line));
      if (text.length < maxHeldCharacters) continue;
      await context.write(text);
      text = '';
    }
    await context.write(text);
    if (signal.aborted) return;
  }
}

function reference({ group, name }: ProcessReference): ProcessReference {
  return { group, name };
}
