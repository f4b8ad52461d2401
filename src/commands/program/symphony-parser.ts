import type { Command } from 'commander';
import '../../backends/index.ts';
import { Cluster } from '../../engine/client/cluster.ts';
import type { Experiment } from '../../engine/client/declaration/experiment.ts';
import { toSpec } from '../../engine/client/declaration/to-spec.ts';
import { SymphonyError } from '../../engine/contract/errors.ts';
import type { ExperimentSnapshot } from '../../engine/contract/watch.ts';
import type { ExperimentSpec } from '../../engine/spec/experiment-spec.ts';
import { type LaunchWishes, launchSpec } from '../shared/launch-spec.ts';
import { builtinCommands } from './builtin-commands.ts';
import type { CommandArguments, CommandContext, CommandDefinition } from './command.ts';
import { runProgram } from './run-program.ts';
import {
  fullName,
  replaceDefinition,
  type Subcommand,
  withAction,
  withConfiguration,
  withDefaults,
} from './subcommand.ts';

/** The action of a program's own command. It may resolve with a number, which is the exit code. */
export type SubcommandAction<Arguments = CommandArguments> = (args: Arguments, context: CommandContext) => unknown;

/**
 * Symphony's commands for a program built on it: extend it, choose the cluster in `createCluster`, add and extend commands
 * in `setup`, and start it with `await new MyProject().main()`.
 */
export class SymphonyParser {
  #commands: readonly CommandDefinition[] = [];
  /** The context of the program's own command that runs. */
  #context: CommandContext | undefined;

  /** The program's name in help and messages. */
  get name(): string {
    return 'symphony';
  }

  /**
   * Makes the cluster: by default the backend from `--backend` or the settings. Called once, on first use.
   * @param signal aborted by an interrupt, for a cluster that is slow to connect to
   */
  createCluster(signal?: AbortSignal | undefined): Cluster | Promise<Cluster> {
    return Cluster.new(undefined, { signal });
  }

  /** Declares the commands. An override calls `super.setup()` first, which declares Symphony's own. */
  setup(): void {
    for (const command of builtinCommands) this.#add(command);
  }

  /**
   * Adds a command. It replaces an earlier one of this name.
   * @param configure Declares arguments and options, on a commander command.
   * @param action Receives them by name, `--my-name` as `myName`, with the types that it states: those of its declaration.
   */
  addSubcommand<Arguments = CommandArguments>(
    name: string,
    configure: (command: Command) => unknown,
    action: SubcommandAction<Arguments>,
    options: { readonly aliases?: readonly string[] } = {},
  ): void {
    this.#add({
      name,
      aliases: options.aliases ?? [],
      group: 'This program',
      configure,
      run: async (args, context) => {
        this.#context = context;
        return action(args as Arguments, context);
      },
    });
  }

  /**
   * A command that was declared before, to extend it in `setup`, after `super.setup()`:
   * `this.subcommand('logs').defaults({ tail: '100' })`.
   * @param name its name or alias; a subcommand's after its parent's: `history logs`
   * @throws SymphonyError `usage` if there is no such command
   */
  subcommand(name: string): Subcommand {
    const found = fullName(this.#commands, name.split(' '));
    const words = found.split(' ');
    const change = (replace: (definition: CommandDefinition) => CommandDefinition) => {
      this.#commands = replaceDefinition(this.#commands, words, replace);
      return extended;
    };
    const extended: Subcommand = {
      name: found,
      configure: (declare) => change((definition) => withConfiguration(definition, declare)),
      defaults: (values) => change((definition) => withDefaults(definition, values)),
      wrap: (action) =>
        change((definition) =>
          withAction(definition, (args, context, run) => {
            this.#context = context;
            return action(args, context, run);
          }),
        ),
    };
    return extended;
  }

  /** The cluster, for actions. */
  async cluster(): Promise<Cluster> {
    return this.#running().cluster();
  }

  /** Launches an experiment and prints what was started, as the command `launch` does. */
  async launch(experiment: Experiment | ExperimentSpec, wishes: LaunchWishes = {}): Promise<ExperimentSnapshot> {
    const context = this.#running();
    return launchSpec(context, await context.cluster(), await toSpec(experiment), wishes);
  }

  /** Runs a command line, and sets the exit code. */
  async main(argv: readonly string[] = process.argv.slice(2)): Promise<void> {
    this.#commands = [];
    this.setup();
    process.exitCode = await runProgram(
      {
        name: this.name,
        commands: this.#commands,
        bare: this.#commands.find(({ name }) => name === 'ui'),
        createCluster: (signal) => this.createCluster(signal),
      },
      argv,
    );
  }

  #running(): CommandContext {
    if (this.#context === undefined) throw new SymphonyError('usage', 'No command of this program is running.');
    return this.#context;
  }

  /** The later of two commands with one name or alias gets it. */
  #add(command: CommandDefinition): void {
    const names = [command.name, ...(command.aliases ?? [])];
    const others = this.#commands
      .filter(({ name }) => name !== command.name)
      .map((other) => ({ ...other, aliases: (other.aliases ?? []).filter((alias) => !names.includes(alias)) }));
    const clash = others.find(({ name }) => names.includes(name));
    this.#commands = [...others.filter((other) => other !== clash), command];
  }
}
