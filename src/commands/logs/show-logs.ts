import type { Cluster } from '../../engine/client/cluster.ts';
import type { Capabilities, LogBytesCapability } from '../../engine/contract/capabilities.ts';
import { SymphonyError } from '../../engine/contract/errors.ts';
import { type LogOptions, longestLineBytes } from '../../engine/contract/logs.ts';
import type { ProcessReference } from '../../engine/contract/status.ts';
import type { CommandContext } from '../program/command.ts';
import type { Terminal } from '../shared/terminal.ts';
import type { Asides } from './asides.ts';
import { createJsonLineRenderer } from './json-line.ts';
import type { LineFilter } from './line-filter.ts';
import { type LineOutput, type LinePrinter, WholeLinePrinter } from './line-printer.ts';
import { OpenRows } from './open-rows.ts';
import { PacedPrinter } from './paced-printer.ts';
import { createLineRenderer } from './render-line.ts';
import { TerminalPrinter } from './terminal-printer.ts';

export interface ShownLogs {
  readonly experiment: string;
  readonly processes: readonly ProcessReference[];
  readonly all: readonly ProcessReference[];
  readonly options: LogOptions;
  /** Without a filter, every line is shown. */
  readonly filter?: LineFilter | undefined;
  /** Ends the printing, as an interrupt of the command does. */
  readonly signal?: AbortSignal | undefined;
  /** What else the command writes meanwhile. */
  readonly asides?: Asides;
}

/** @throws SymphonyError `usage` for a format in which logs cannot be printed */
export function requireLogFormat({ output }: Pick<CommandContext, 'output'>): void {
  if (output === 'yaml' || output === 'name')
    throw new SymphonyError('usage', `Logs cannot be printed as ${output}; choose table or json.`);
}

/** Where logs are read: a cluster, or the history. */
type LogSource = Pick<Cluster, 'logBatches'> & { readonly capabilities?: Pick<Capabilities, 'logBytes'> };

type OutputContext = Pick<CommandContext, 'output' | 'terminal' | 'signal' | 'write' | 'note'>;

/** Prints logs as they arrive, until they end or the command is interrupted. */
export async function showLogs(context: OutputContext, source: LogSource, logs: ShownLogs): Promise<void> {
  requireLogFormat(context);
  const signal = logs.signal === undefined ? context.signal : AbortSignal.any([context.signal, logs.signal]);
  const logBytes = source.capabilities?.logBytes;
  if (logBytes !== undefined && isUnchanged(context, logs)) await copyBytes(context, logBytes, logs, signal);
  else await printLines(context, source, logs, signal);
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
  source: LogSource,
  { experiment, processes, all, options, filter, asides }: ShownLogs,
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
  const openLines = !asJson && options.follow === true;
  const wanted = { ...options, ...limits, ...(openLines && { openLines }), signal };
  const lines: LineOutput = {
    write: context.write,
    note: context.note,
    render,
    filter,
    // Symphony's own messages are not part of the text that a program reads.
    withMessages: forPeople || asJson,
  };
  const printer = openLines ? await createLivePrinter(terminal, lines) : new WholeLinePrinter(lines);
  asides?.attach((write) => printer.aside(write));
  try {
    for await (const batch of source.logBatches(experiment, processes.map(reference), wanted)) {
      await printer.print(batch);
      if (signal.aborted) return;
    }
  } finally {
    asides?.attach(undefined);
    await printer.end();
  }
}

/** A printer that also shows the lines that have no end yet. */
async function createLivePrinter({ canRedraw, stdout }: Terminal, lines: LineOutput): Promise<LinePrinter> {
  if (!canRedraw) return new PacedPrinter(lines);
  const [{ default: sliceAnsi }, { default: width }] = await Promise.all([
    import('slice-ansi'),
    import('string-width'),
  ]);
  const size = () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });
  const cut = (text: string, columns: number) => sliceAnsi(text, 0, columns);
  return new TerminalPrinter(lines, new OpenRows(size, { width, cut }));
}

function reference({ group, name }: ProcessReference): ProcessReference {
  return { group, name };
}
