import { SymphonyError } from '../../engine/contract/errors.ts';
import { formatProcess } from '../../engine/contract/status.ts';
import { chooseTarget } from '../names/choose-targets.ts';
import type { CommandDefinition } from '../program/command.ts';
import { ownStreams } from '../shared/streams.ts';

export const attach: CommandDefinition = {
  name: 'attach',
  group: 'Processes',
  needsTerminal: true,
  configure: (command) =>
    command
      .description("enter a process's own terminal")
      .argument('<target>', 'process or group/process, declared with tty')
      .argument('[experiment]', 'by default the current one'),
  async run(args, context) {
    const { capability, experiment, chosen } = await chooseTarget(context, 'attach', {
      experiment: args.experiment,
      target: args.target,
    });
    const streams = ownStreams(context.terminal);
    if (!streams.terminal) {
      throw new SymphonyError('cannot-ask', 'There is no terminal here to attach to the process.', {
        hint: `See what it wrote with: symphony logs ${formatProcess(chosen)}`,
      });
    }
    context.note(`Attached to ${formatProcess(chosen)}; leave with ${capability.detachHint}.`);
    const restoreInterrupts = context.ignoreInterrupts();
    try {
      const end = await capability.attach(experiment, chosen, { streams, signal: context.signal });
      context.note(
        end === 'detached' ? `Detached; ${formatProcess(chosen)} keeps running.` : `${formatProcess(chosen)} ended.`,
      );
    } finally {
      restoreInterrupts();
    }
  },
};
