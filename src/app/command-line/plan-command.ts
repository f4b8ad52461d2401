import { SymphonyError } from '../../engine/errors.ts';
import type { ReadCommand } from '../options.ts';

/** What a command acts on unless it names something else: what is on the screen. */
export interface CommandScope {
  readonly backend: string;
  /** The experiment that is looked at; in the list of experiments, those that are marked or selected. */
  readonly experiments: readonly string[];
}

/** What is to be done for a command line. */
export type CommandPlan =
  /** Run the program with these arguments. */
  | {
      readonly kind: 'run';
      readonly words: readonly string[];
      readonly terminal: boolean;
      /** What it is about, unless it is about no experiment. */
      readonly experiment: string | undefined;
    }
  | { readonly kind: 'stop' | 'restart'; readonly experiment: string; readonly targets: readonly string[] }
  | {
      readonly kind: 'delete';
      readonly experiments: readonly string[];
      readonly force: boolean;
      readonly wait: boolean;
      readonly purge: boolean;
    }
  | {
      readonly kind: 'delete-batch';
      readonly patterns: readonly string[];
      readonly force: boolean;
      readonly wait: boolean;
      readonly purge: boolean;
    }
  | { readonly kind: 'logs'; readonly experiment: string; readonly request: LogRequest };

/** What `:logs` was asked for. */
export interface LogRequest {
  readonly targets: readonly string[];
  readonly previous: boolean;
  readonly all: boolean;
  readonly timestamps: boolean;
  /** Lines of each process. */
  readonly tail?: number;
  readonly since?: Date;
  /** A filter as it is typed: a regular expression, `!` in front turns it round. */
  readonly filter?: string;
}

/**
 * What a command line means on a screen: the command acts on the experiment and the backend that are shown, unless it names
 * others itself, and never on the current experiment of the command line.
 * @throws SymphonyError `usage` if it is about an experiment, and neither it nor the screen says which
 */
export function planCommand(command: ReadCommand, scope: CommandScope): CommandPlan {
  const isElsewhere = command.backend !== undefined && command.backend !== scope.backend;
  const plan = command.args.dryRun === true || command.args.output !== undefined ? undefined : command.does;
  if (plan === undefined || (plan === 'logs' && isElsewhere)) return planRun(command, scope, isElsewhere);
  if (isElsewhere) {
    throw new SymphonyError('usage', `The screen shows ${scope.backend}: ${command.name} is done here only on it.`, {
      hint: `Change to ${command.backend} first: :backend ${command.backend}`,
    });
  }
  const { args } = command;
  const flags = { force: args.force === true, wait: args.wait === true, purge: args.purge === true };
  switch (plan) {
    case 'delete': {
      const experiments = command.experiment === undefined ? scope.experiments : [command.experiment];
      if (experiments.length === 0) throw whichExperiment(command, scope);
      return { kind: 'delete', experiments, ...flags };
    }
    case 'delete-batch':
      return { kind: 'delete-batch', patterns: texts(args.patterns), ...flags };
    case 'logs':
      return { kind: 'logs', experiment: oneExperiment(command, scope), request: logRequest(args) };
    case 'stop':
    case 'restart':
      return { kind: plan, experiment: oneExperiment(command, scope), targets: texts(args.targets) };
  }
}

function planRun(command: ReadCommand, scope: CommandScope, isElsewhere: boolean): CommandPlan {
  const { words, needsTerminal: terminal } = command;
  if (!command.takesExperiment) {
    return { kind: 'run', words: ['--backend', scope.backend, ...words], terminal, experiment: undefined };
  }
  const experiment = oneExperiment(command, isElsewhere ? { ...scope, experiments: [] } : scope);
  const named = command.experiment === undefined ? ['--experiment', experiment] : [];
  return { kind: 'run', words: ['--backend', scope.backend, ...named, ...words], terminal, experiment };
}

function oneExperiment(command: ReadCommand, scope: CommandScope): string {
  if (command.experiment !== undefined) return command.experiment;
  const [only] = scope.experiments;
  if (only === undefined || scope.experiments.length > 1) throw whichExperiment(command, scope);
  return only;
}

function whichExperiment({ name }: ReadCommand, { experiments }: CommandScope): SymphonyError {
  const message =
    experiments.length > 1
      ? `${name} is about one experiment, and ${experiments.length} are marked.`
      : `${name} is about an experiment, and the screen shows none.`;
  return new SymphonyError('usage', message, { hint: `Name it: :${name} … -e NAME` });
}

function logRequest(args: Readonly<Record<string, unknown>>): LogRequest {
  const grep = typeof args.grep === 'string' ? `${args.invert === true ? '!' : ''}${args.grep}` : undefined;
  return {
    targets: texts(args.targets),
    previous: args.previous === true,
    all: args.all === true,
    timestamps: args.timestamps === true,
    ...(typeof args.tail === 'number' ? { tail: args.tail } : {}),
    ...(args.since instanceof Date ? { since: args.since } : {}),
    ...(grep === undefined ? {} : { filter: grep }),
  };
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
