import { type Command, CommanderError } from 'commander';
import type { Cluster } from '../../engine/client/cluster.ts';
import { SymphonyError, toSymphonyError } from '../../engine/contract/errors.ts';
import {
  environmentName,
  overriddenSetting,
  overrideSetting,
  parseSettingText,
  readSetting,
  type SettingValues,
  settingOptions,
} from '../../engine/settings/config.ts';
import { adviseReader } from '../../engine/text/advice.ts';
import { plainLines, sanitizeLines } from '../../engine/text/safe-text.ts';
import { version } from '../../engine/version.ts';
import type { OutputFormat } from '../output/print.ts';
import { createProgressLine } from '../shared/progress.ts';
import { type ColorWishes, openTerminal, type Terminal } from '../shared/terminal.ts';
import { write } from '../shared/write.ts';
import type { CommandContext, CommandDefinition, ParsedArguments } from './command.ts';
import { createProgram } from './create-program.ts';
import { isUnexpected, keepTrace, traceOf } from './error-trace.ts';
import { exitCodeOf, ownFailure } from './exit-code.ts';
import { type Interruption, watchInterruption } from './interruption.ts';
import { formatError } from './report-error.ts';
import { usageError } from './usage-error.ts';

export interface ProgramHost {
  readonly name: string;
  readonly version?: string;
  readonly commands: readonly CommandDefinition[];
  /** The command to run if none is named; without it, the help is shown. */
  readonly bare?: CommandDefinition | undefined;
  createCluster(signal: AbortSignal): Cluster | Promise<Cluster>;
}

/** Parses and runs one command line. Resolves with the exit code once everything is closed. */
export async function runProgram(host: ProgramHost, argv: readonly string[]): Promise<number> {
  adviseReader({ reader: 'commands', program: host.name });
  const interruption = watchInterruption();
  const closers: (() => Promise<void>)[] = [];
  let exitCode = 0;
  const open = (wishes: Omit<ColorWishes, 'env'>) =>
    openTerminal({ ...wishes, env: process.env }, interruption.watchReader);
  let terminal = open({ never: argv.includes('--no-color'), setting: 'auto' });
  let failure = exitCodeOf;
  const report = (error: SymphonyError) => {
    terminal.stderr.write(formatError(error, { json: wantsJson(argv) }, terminal));
    if (process.env.SYMPHONY_DEBUG) terminal.stderr.write(`${traceOf(error)}\n`);
  };
  try {
    const runCommand = async (definition: CommandDefinition, args: ParsedArguments): Promise<void> => {
      if (definition.passesExitCode) failure = (code) => (code === 'interrupted' ? exitCodeOf(code) : ownFailure);
      terminal = open({ never: args.color === false, setting: await colorSetting() });
      const origin = `${host.name} ${definition.name}`;
      const context = createContext(host, args, { program, terminal, interruption, closers, origin });
      const result = await definition.run(args, context);
      if (typeof result === 'number') exitCode = result;
    };
    const program = createProgram({
      name: host.name,
      version: host.version ?? version,
      commands: host.commands,
      runCommand,
      only: argv[0],
      writeHelp: (text) => terminal.stdout.write(text),
    });
    await parse(program, host, argv, runCommand);
  } catch (thrown) {
    exitCode = interruption.exitCode() ?? 0;
    if (exitCode === 0 && !interruption.signal.aborted) {
      const error = withTrace(thrown);
      exitCode = failure(error.code);
      report(error);
    }
  } finally {
    await Promise.allSettled(closers.map((close) => close()));
    await terminal.flush();
    interruption.end();
  }
  const outputFailure = interruption.outputFailure();
  if (outputFailure !== undefined) report(outputFailure);
  return interruption.exitCode() ?? exitCode;
}

/** The error to report. An unexpected one tells where its stack trace is, unless that is printed. */
function withTrace(thrown: unknown): SymphonyError {
  const error = toSymphonyError(thrown);
  if (!isUnexpected(thrown) || process.env.SYMPHONY_DEBUG) return error;
  return new SymphonyError(error.code, error.message, { hint: keepTrace(thrown), cause: thrown });
}

/** The colour setting, read only if an output could have colours. */
async function colorSetting(): Promise<SettingValues['color']> {
  if (process.env.NO_COLOR || process.env.FORCE_COLOR) return 'auto';
  const name = environmentName('color');
  return process.stdout.isTTY || name in process.env ? readSetting('color') : 'auto';
}

async function parse(
  program: Command,
  host: ProgramHost,
  argv: readonly string[],
  runCommand: (definition: CommandDefinition, args: ParsedArguments) => Promise<void>,
): Promise<void> {
  try {
    const { operands, unknown } = program.parseOptions([...argv]);
    if (operands.length > 0 || unknown.length > 0) {
      await program.parseAsync([...argv], { from: 'user' });
    } else if (host.bare !== undefined && process.stdin.isTTY && process.stdout.isTTY) {
      await runCommand(host.bare, { ...program.opts(), positional: [] });
    } else {
      program.outputHelp();
    }
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw usageError(error, host.name);
  }
}

/** Determined before the command line is parsed, because the parsing may fail. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  const words = end < 0 ? argv : argv.slice(0, end);
  return words.some(
    (word, index) =>
      /^(-o=?|--output=)json$/.test(word) || (/^(-o|--output)$/.test(word) && words[index + 1] === 'json'),
  );
}

interface ContextParts {
  readonly program: Command;
  readonly terminal: Terminal;
  readonly interruption: Interruption;
  readonly closers: (() => Promise<void>)[];
  /** What the cluster's calls are made by. */
  readonly origin: string;
}

function createContext(host: ProgramHost, args: ParsedArguments, parts: ContextParts): CommandContext {
  const { program, terminal, interruption, closers, origin } = parts;
  for (const name of ['backend', ...settingOptions().map(({ setting }) => setting)] as const) {
    const said: unknown = args[name];
    if (typeof said !== 'string') continue;
    const value = parseSettingText(name, said) as SettingValues[typeof name];
    if (overriddenSetting(name) !== value) overrideSetting('flag', name, value);
  }
  let cluster: Promise<Cluster> | undefined;
  const progress = createProgressLine(terminal);
  closers.push(async () => progress.clear());
  const line = (text: string) => {
    progress.clear();
    terminal.stderr.write(`${text}\n`);
  };
  return {
    cluster() {
      cluster ??= openCluster(host, closers, interruption.connections, line).then((opened) => {
        opened.origin ??= origin;
        return opened;
      });
      return cluster;
    },
    program,
    commands: host.commands,
    terminal,
    output: (args.output as OutputFormat | undefined) ?? 'table',
    signal: interruption.signal,
    ignoreInterrupts: interruption.ignoreInterrupts,
    onSecondInterrupt: interruption.onSecondInterrupt,
    progress: progress.show,
    async write(text) {
      progress.clear();
      await write(terminal.stdout, text);
    },
    note: (text) => line(sanitizeLines(text)),
    warn: (text) => line(`${terminal.noteStyle('yellow', 'warning:')} ${plainLines(text)}`),
  };
}

async function openCluster(
  host: ProgramHost,
  closers: (() => Promise<void>)[],
  signal: AbortSignal,
  onWait: (message: string) => void,
): Promise<Cluster> {
  const cluster = await host.createCluster(signal);
  cluster.onWait = onWait;
  closers.push(() => cluster.close());
  return cluster;
}
