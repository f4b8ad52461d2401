import type {
  ActionOptions,
  CommandResult,
  CopyEnd,
  CopyOptions,
  MetricsOptions,
  ProcessMetrics,
  ShellOptions,
  Visit,
  VisitOptions,
} from '../contract/capabilities.ts';
import { SymphonyError } from '../contract/errors.ts';
import type { ClusterEvent, EventsOptions } from '../contract/events.ts';
import type { LogLine, LogOptions } from '../contract/logs.ts';
import { type ProcessReference, type ProcessStatus, sameProcess } from '../contract/status.ts';
import { describeValue } from '../spec/problem.ts';
import { type CapturedResult, type CaptureOptions, captureCommand } from './capture-command.ts';
import { ClusterConnection } from './cluster-connection.ts';
import type { ExperimentOrName } from './names/experiment-names.ts';
import { resolveTarget, resolveTargets } from './names/match.ts';
import { requireCapability } from './require-capability.ts';

/**
 * One process: a reference or status of it, or a target as commands have it: `process` or `group/process`, exactly, by prefix
 * or by substring.
 */
export type ProcessTarget = string | ProcessReference;

/** One or several processes. As text also a group, or a process with replicas, which stands for all of them. */
export type ProcessTargets = ProcessTarget | readonly ProcessTarget[];

/** Where a file is: a path on this machine, or in the folder of a process. */
export type FilePlace = string | { readonly process: ProcessTarget; readonly path: string };

/** What a cluster does with the processes of an experiment. Methods that only some backends have throw `unsupported` on others. */
export abstract class ClusterProcesses extends ClusterConnection {
  /** The processes of an experiment, in the order of declaration. @throws SymphonyError `not-found` */
  async listProcesses(experiment: ExperimentOrName): Promise<readonly ProcessStatus[]> {
    return this.implementation.listProcesses(await this.nameOf(experiment));
  }

  /**
   * Finds the process that a target names, `process` or `group/process`: exactly, by prefix or by substring.
   * @throws SymphonyError `not-found`, or `ambiguous` with the candidates in its hint
   */
  async findProcess(experiment: ExperimentOrName, target: string): Promise<ProcessStatus> {
    return resolveTarget(await this.listProcesses(experiment), target);
  }

  /**
   * Yields lines of several processes in batches, as they arrive; each process's lines are in order.
   * Ends by itself unless `follow` is set. An abort ends it without an error.
   */
  logBatches(
    experiment: ExperimentOrName,
    processes: ProcessTargets,
    options: LogOptions = {},
  ): AsyncGenerator<readonly LogLine[]> {
    return this.#logBatches(experiment, processes, this.untilClosed(options));
  }

  async *#logBatches(experiment: ExperimentOrName, processes: ProcessTargets, options: LogOptions) {
    checkTail(options.tail);
    const name = await this.nameOf(experiment);
    yield* this.implementation.logBatches(name, await this.#references(name, processes), options);
  }

  /** As `logBatches`, line by line. */
  logs(experiment: ExperimentOrName, processes: ProcessTargets, options: LogOptions = {}): AsyncGenerator<LogLine> {
    return linesOf(this.logBatches(experiment, processes, options));
  }

  /** Ends processes and all their descendants for good. @throws SymphonyError `failed`, naming what could not be ended */
  async stop(experiment: ExperimentOrName, processes: ProcessTargets, options: ActionOptions = {}): Promise<void> {
    const capability = requireCapability(this, 'stop');
    const name = await this.nameOf(experiment);
    await capability.stop(name, await this.#references(name, processes), options);
  }

  /** Ends processes if they run, and starts their next runs. Resolves once these have started. */
  async restart(experiment: ExperimentOrName, processes: ProcessTargets, options: ActionOptions = {}): Promise<void> {
    const capability = requireCapability(this, 'restart');
    const name = await this.nameOf(experiment);
    await capability.restart(name, await this.#references(name, processes), options);
  }

  /**
   * Runs a command in a process, in its folder and environment, and keeps what it writes.
   * @throws SymphonyError `unsupported` if this backend cannot, `usage` for a command that is no list of words, `not-found`,
   *   `ambiguous`, `conflict` if it does not run
   */
  async exec(
    experiment: ExperimentOrName,
    target: ProcessTarget,
    command: readonly string[],
    options: CaptureOptions = {},
  ): Promise<CapturedResult> {
    const capability = requireCapability(this, 'exec');
    checkCommand(command);
    const name = await this.nameOf(experiment);
    const reference = await this.#reference(name, target);
    return captureCommand(capability, { experiment: name, reference }, command, options);
  }

  /** Runs an interactive shell in the folder and environment of a process. */
  async shell(experiment: ExperimentOrName, target: ProcessTarget, options: ShellOptions): Promise<CommandResult> {
    const capability = requireCapability(this, 'shell');
    const name = await this.nameOf(experiment);
    return capability.shell(name, await this.#reference(name, target), options);
  }

  /**
   * Copies a file or folder byte for byte, with its modes, and replaces an older copy. One of the two places is in a process.
   * @throws SymphonyError `not-found` if the source or the folder of the destination does not exist
   */
  async copy(
    experiment: ExperimentOrName,
    source: FilePlace,
    destination: FilePlace,
    options: CopyOptions = {},
  ): Promise<void> {
    const capability = requireCapability(this, 'copy');
    const name = await this.nameOf(experiment);
    const end = async (place: FilePlace): Promise<CopyEnd> =>
      typeof place === 'string' ? { path: place } : { ...place, process: await this.#reference(name, place.process) };
    await capability.copy(name, await end(source), await end(destination), options);
  }

  /**
   * Opens a connection to a service: its address, or a port-forward to it, which the caller closes.
   * @throws SymphonyError `not-found`, `conflict` if it is not reachable
   */
  async visit(experiment: ExperimentOrName, service: string, options: VisitOptions = {}): Promise<Visit> {
    return requireCapability(this, 'visit').visit(await this.nameOf(experiment), service, options);
  }

  /** Yields the events of an experiment: those so far, oldest first, and with `follow` new ones as they come. */
  events(experiment: ExperimentOrName, options: EventsOptions = {}): AsyncGenerator<ClusterEvent> {
    return this.#events(experiment, this.untilClosed(options));
  }

  async *#events(experiment: ExperimentOrName, options: EventsOptions) {
    yield* requireCapability(this, 'events').events(await this.nameOf(experiment), options);
  }

  /** Samples all running processes of an experiment until the signal aborts. Nothing is measured unless it is read. */
  metrics(experiment: ExperimentOrName, options: MetricsOptions = {}): AsyncGenerator<readonly ProcessMetrics[]> {
    return this.#metrics(experiment, this.untilClosed(options));
  }

  async *#metrics(experiment: ExperimentOrName, options: MetricsOptions) {
    yield* requireCapability(this, 'metrics').metrics(await this.nameOf(experiment), options);
  }

  async #reference(experiment: string, target: ProcessTarget): Promise<ProcessReference> {
    return typeof target === 'string' ? this.findProcess(experiment, target) : checkReference(target);
  }

  /** Asks for the processes once, and not at all where none is named by a text. */
  async #references(experiment: string, targets: ProcessTargets): Promise<readonly ProcessReference[]> {
    const all = Array.isArray(targets) ? (targets as readonly ProcessTarget[]) : [targets as ProcessTarget];
    const known = all.some((target) => typeof target === 'string') ? await this.listProcesses(experiment) : [];
    const found = all.flatMap((target) =>
      typeof target === 'string' ? resolveTargets(known, target) : [checkReference(target)],
    );
    return found.filter((reference, index) => found.findIndex((other) => sameProcess(other, reference)) === index);
  }
}

async function* linesOf(batches: AsyncIterable<readonly LogLine[]>): AsyncGenerator<LogLine> {
  for await (const batch of batches) yield* batch;
}

/** @throws SymphonyError `usage` for what is no number of lines */
function checkTail(tail: number | undefined): void {
  if (tail === undefined || (Number.isInteger(tail) && tail >= 0)) return;
  throw new SymphonyError('usage', `tail is ${describeValue(tail)}; it must be a whole number, 0 or more.`);
}

/** @throws SymphonyError `usage` for what is no command, in a program that no compiler checked */
function checkCommand(command: readonly string[]): void {
  const isCommand =
    Array.isArray(command) && Boolean(command[0]) && command.every((word: unknown) => typeof word === 'string');
  if (isCommand) return;
  throw new SymphonyError(
    'usage',
    `The command is ${describeValue(command)}; it must be a program and its arguments.`,
    {
      hint: "Such as ['ls', '-la'], or ['sh', '-c', 'ls -la | head'] for a shell.",
    },
  );
}

/** @throws SymphonyError `usage` for what names no process, in a program that no compiler checked */
function checkReference(reference: ProcessReference): ProcessReference {
  if (typeof reference?.name === 'string') return reference;
  throw new SymphonyError('usage', `${describeValue(reference)} names no process.`, {
    hint: "Name it as text, 'process' or 'group/process', or as { group, name } with null for no group.",
  });
}
