import { confirm } from '../names/ask.ts';
import { chooseDoomed, findStatus } from '../names/experiment-name.ts';
import { formatProcessCount } from '../output/counts.ts';
import { formatPlace } from '../output/places.ts';
import type { CommandDefinition } from '../program/command.ts';
import { describePreview, finishDeletion } from '../shared/report-deletion.ts';

export const deleteExperiment: CommandDefinition = {
  name: 'delete',
  aliases: ['d'],
  group: 'Experiments',
  configure: (command) =>
    command
      .description('end all processes of an experiment and remove it; asks first')
      .argument('[experiment]', 'by default the current one')
      .option('-f, --force', 'do not ask; needs the whole name')
      .option('--purge', "also delete objects in the experiment's place that Symphony did not create")
      .option('--wait', 'wait until everything is gone, however long that takes')
      .option('--dry-run', 'say what would be deleted, and delete nothing'),
  async run(args, context) {
    const cluster = await context.cluster();
    const asks = !args.force && (args.dryRun || context.terminal.canAsk);
    const name = await chooseDoomed(context, cluster, args.experiment, { asks });
    const found = await findStatus(cluster, name);
    const size = found === undefined ? '' : ` (${formatProcessCount(found.processes)})`;
    const what = `${name}${size}${formatPlace(cluster, found)}`;
    const purge = args.purge ?? false;
    if (args.dryRun) {
      const preview = await cluster.previewDeletion(name);
      const notes = [`Would delete ${what}.`, ...describePreview(preview, purge)];
      return finishDeletion(context, { wouldDelete: [name], others: preview.others, notes });
    }
    if (!args.force) {
      for (const note of describePreview(await cluster.previewDeletion(name), purge)) context.note(note);
      if (!(await confirm(context, `Delete ${what}?`, 'Use --force to delete it without a question.'))) {
        context.note('Nothing was deleted.');
        return 1;
      }
    }
    const results = await cluster.deleteBatch([name], {
      signal: context.signal,
      onProgress: context.progress,
      wait: args.wait ?? false,
      purge,
    });
    return finishDeletion(context, { cluster, results });
  },
};
