import { namesExperiment } from '../../engine/client/names/experiment-word.ts';
import { SymphonyError } from '../../engine/contract/errors.ts';
import { readSetting } from '../../engine/settings/config.ts';
import { chooseTarget } from '../names/choose-targets.ts';
import type { CommandContext, CommandDefinition } from '../program/command.ts';
import { shellExitCode } from '../program/exit-code.ts';
import { ownStreams } from '../shared/streams.ts';

export const exec: CommandDefinition = {
  name: 'exec',
  aliases: ['x'],
  group: 'Processes',
  passesExitCode: true,
  takesCommandLine: true,
  configure: (command) =>
    command
      .description("run a command with a process's environment, in its folder: exec TARGET [EXPERIMENT] -- CMD ARG…")
      .usage('[options] <target> [experiment] [--] <command...>')
      .argument('<target>', 'process or group/process')
      .argument(
        '<command...>',
        'the command with its own options. A word before -- is the experiment if it is the whole name of one',
      ),
  async run(args, context) {
    const { experiment: named, command } = await splitExperiment(context, args.experiment, args.command);
    const { capability, experiment, chosen } = await chooseTarget(context, 'exec', {
      experiment: named,
      target: args.target,
    });
    const streams = ownStreams(context.terminal);
    // On a terminal, ctrl-c goes to the command that runs in it.
    const restoreInterrupts = streams.terminal ? context.ignoreInterrupts() : () => {};
    try {
      const options = { streams, signal: context.signal };
      return shellExitCode(await capability.exec(experiment, chosen, command, options));
    } finally {
      restoreInterrupts();
    }
  },
};

interface CommandOfExperiment {
  readonly experiment: string | undefined;
  readonly command: readonly string[];
}

/** @param words all after the target: a command, `-- COMMAND`, or `EXPERIMENT -- COMMAND` */
async function splitExperiment(
  context: CommandContext,
  experiment: string | undefined,
  words: readonly string[],
): Promise<CommandOfExperiment> {
  const [first = '', ...rest] = words;
  const separator = words.indexOf('--');
  if (separator < 0 || separator > 1) return { experiment, command: words };
  const command = words.slice(separator + 1);
  if (command.length === 0) {
    throw new SymphonyError('usage', 'There is no command after --.', {
      hint: `For example: ${context.program.name()} exec learner -- ls -la`,
    });
  }
  if (separator === 0) return { experiment, command };
  const names = experiment === undefined ? await (await context.cluster()).listExperimentNames() : [];
  if (namesExperiment(first, names, await readSetting('username'))) return { experiment: first, command };
  // `exec learner ls -- -la`
  return { experiment, command: [first, ...rest.slice(1)] };
}
