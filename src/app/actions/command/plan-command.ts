import { SymphonyError } from '../../../engine/contract/errors.ts';
import type { ReadCommand } from '../../shell/context/options.ts';
import type { LogRequest } from '../../views/logs/log-request.ts';

/** What a command acts on unless it names something else: what the screen shows. */
export interface CommandScope {
  readonly backend: string;
  /** The experiment of the view; in the list of experiments, the marked ones or the selected one. */
  readonly experiments: readonly string[];
}

/** How the interface carries out a command line. */
export type CommandPlan =
  /** Runs the program with these arguments. */
  | {
      readonly kind: 'run';
      readonly words: readonly string[];
      readonly terminal: boolean;
      /** The experiment that the command acts on, if any. */
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
  | {
      readonly kind: 'logs';
      readonly experiment: string;
      /** Whether the line names the experiment by an option: no target does then. */
      readonly isNamed: boolean;
      readonly request: LogRequest;
    };

/**
 * Decides what a command line does on a screen. The command acts on the experiment and the backend that the screen shows,
 * unless it names others, and never on the current experiment of the shell.
 * @throws SymphonyError `usage` if the command needs an experiment, and neither the line nor the screen determines it, or if
 *   it would end what it launches with itself
 */
export function planCommand(command: ReadCommand, scope: CommandScope): CommandPlan {
  if (command.args.attached === true) {
    throw new SymphonyError('usage', `${command.name} --attached needs a terminal of its own.`, {
      hint: `Without --attached the experiment goes on when the interface ends: :${command.name} FILE`,
    });
  }
  const isElsewhere = command.backend !== undefined && command.backend !== scope.backend;
  const plan = command.args.dryRun === true || command.args.output !== undefined ? undefined : command.does;
  if (plan === undefined || (plan === 'logs' && isElsewhere)) return planRun(command, scope, isElsewhere);
  if (isElsewhere) {
    throw new SymphonyError(
      'usage',
      `The screen shows ${scope.backend}: ${command.name} works here only on that backend.`,
      {
        hint: `Change to ${command.backend} first: :backend ${command.backend}`,
      },
    );
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
      return {
        kind: 'logs',
        experiment: oneExperiment(command, scope),
        isNamed: command.experiment !== undefined,
        request: logRequest(args),
      };
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
      ? `${name} needs exactly one experiment, and ${experiments.length} are marked.`
      : `${name} needs an experiment, and the screen shows none.`;
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
