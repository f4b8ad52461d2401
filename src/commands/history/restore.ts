import { History } from '../../engine/history/history.ts';
import { overrideSetting } from '../../engine/settings/config.ts';
import type { CommandDefinition } from '../program/command.ts';
import { launchSpec } from '../shared/launch-spec.ts';
import { choosePast } from './choose-past.ts';

export const restorePast: CommandDefinition = {
  name: 'restore',
  configure: (command) =>
    command
      .description('launch a past experiment again, on its backend unless --backend names another')
      .argument('<past>', 'an entry such as rl.2, or rl for its newest one')
      .option('--name <name>', 'launch it under another name')
      .option('--force', 'replace the experiment if it exists'),
  async run(args, context) {
    const { name, backend } = await choosePast(context, args.past);
    const spec = await new History().specToRestore(name, args.name);
    if (args.backend === undefined) overrideSetting('flag', 'backend', backend);
    await launchSpec(context, await context.cluster(), spec, { force: args.force ?? false });
  },
};
