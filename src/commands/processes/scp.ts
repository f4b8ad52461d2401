import { SymphonyError } from '../../engine/contract/errors.ts';
import { chooseTarget } from '../names/choose-targets.ts';
import { parseCopyEnd } from '../names/copy-end.ts';
import type { CommandDefinition } from '../program/command.ts';

export const scp: CommandDefinition = {
  name: 'scp',
  aliases: ['cp'],
  group: 'Processes',
  configure: (command) =>
    command
      .description('copy a file or folder to or from a process: scp agents/agent:out.csv .')
      .argument('<source>', 'a path here, or process:path')
      .argument('<destination>', 'a path here, or process:path')
      .argument('[experiment]', 'by default the current one'),
  async run(args, context) {
    const [source, destination] = [parseCopyEnd(args.source), parseCopyEnd(args.destination)];
    if ((source.target === undefined) === (destination.target === undefined)) {
      throw new SymphonyError('usage', 'One of source and destination names a process, and the other does not.', {
        hint: 'For example: symphony scp learner:model.pt . A path here with a colon in it begins with ./',
      });
    }
    const { capability, experiment, chosen } = await chooseTarget(context, 'copy', {
      experiment: args.experiment,
      target: source.target ?? destination.target,
    });
    const end = ({ target, path }: typeof source) => (target === undefined ? { path } : { path, process: chosen });
    const options = {
      signal: context.signal,
      onProgress: context.progress,
      onLeftOut: (path: string) => context.warn(`${path} is left out: it is neither a file, a folder nor a link.`),
    };
    await capability.copy(experiment, end(source), end(destination), options);
  },
};
