import { requireCapability } from '../../engine/client/cluster.ts';
import { SymphonyError } from '../../engine/contract/errors.ts';
import { formatProcess } from '../../engine/contract/status.ts';
import { chooseExperiment } from '../names/experiment-name.ts';
import { chooseProcess } from '../names/process-targets.ts';
import type { CommandDefinition } from '../program/command.ts';
import { ownStreams } from '../shared/streams.ts';

export const attach: CommandDefinition = {
  name: 'attach',
  group: 'Processes',
  needsTerminal: true,
  configure: (command) =>
    command
      .description("enter a process's own terminal")
      .argument('<target>', 'process or group/process, declared with tty'),
  async run(args, context) {
    const cluster = await context.cluster();
    const capability = requireCapability(cluster, 'attach');
    const experiment = await chooseExperiment(context, cluster, args.experiment);
    const chosen = await chooseProcess(context, await cluster.listProcesses(experiment), args.target);
    const streams = ownStreams(context.terminal);
    if (!streams.terminal) {
      throw new SymphonyError('cannot-ask', 'There is no terminal here to attach to the process.', {
        hint: `See what it wrote with: symphony logs ${formatProcess(chosen)}`,
      });
    }
    context.note(`Attached to ${formatProcess(chosen)}; leave with ${capability.detachHint}.`);
    const watchAgain = context.ignoreInterrupts();
    try {
      const end = await capability.attach(experiment, chosen, { streams, signal: context.signal });
      context.note(
        end === 'detached' ? `Detached; ${formatProcess(chosen)} goes on.` : `${formatProcess(chosen)} ended.`,
      );
    } finally {
      watchAgain();
    }
  },
};
