import type { Cluster } from '../../engine/client/cluster.ts';
import { matchPatterns } from '../../engine/client/names/match-patterns.ts';
import { noExperimentMatches } from '../../engine/text/common-errors.ts';
import { countOf } from '../../engine/text/sentences.ts';
import { confirm } from '../names/ask.ts';
import { formatPlace } from '../output/places.ts';
import type { CommandDefinition } from '../program/command.ts';
import { describePreview, finishDeletion } from '../shared/report-deletion.ts';

export const deleteBatch: CommandDefinition = {
  name: 'delete-batch',
  aliases: ['db'],
  group: 'Experiments',
  configure: (command) =>
    command
      .description('delete all experiments that match patterns, such as "sarah-*"; asks first')
      .argument('<patterns...>', 'whole names, in which * stands for anything')
      .option('-f, --force', 'do not ask')
      .option('--purge', "also delete objects in the experiments' place that Symphony did not create")
      .option('--wait', 'wait until everything is gone, however long that takes')
      .option('--dry-run', 'say what would be deleted, and delete nothing'),
  async run(args, context) {
    const cluster = await context.cluster();
    const existing = await cluster.listExperimentNames();
    const patterns: readonly string[] = args.patterns;
    const names = matchPatterns(patterns, existing);
    if (names.length === 0) {
      throw noExperimentMatches(patterns, existing);
    }
    const what = await describeDoomed(cluster, names);
    const purge = args.purge ?? false;
    const preview = async () => {
      const previews = await Promise.all(names.map((name) => cluster.previewDeletion(name)));
      const both = (key: 'others' | 'notes') => [...new Set(previews.flatMap((one) => one[key]))];
      return { others: both('others'), notes: both('notes') };
    };
    if (args.dryRun) {
      const found = await preview();
      const notes = [`Would delete ${what}.`, ...describePreview(found, purge)];
      return finishDeletion(context, { wouldDelete: names, others: found.others, notes });
    }
    if (!args.force) {
      for (const note of describePreview(await preview(), purge)) context.note(note);
      if (!(await confirm(context, `Delete ${what}?`, 'Use --force to delete them without a question.'))) {
        context.note('Nothing was deleted.');
        return 1;
      }
    }
    const results = await cluster.deleteBatch(names, {
      signal: context.signal,
      onProgress: context.progress,
      wait: args.wait ?? false,
      purge,
    });
    return finishDeletion(context, { cluster, results });
  },
};

/** `2 experiments in CLUSTER: rl (PLACE), eval (PLACE)`. */
async function describeDoomed(cluster: Cluster, names: readonly string[]): Promise<string> {
  const places = new Map((await cluster.listExperiments()).map(({ name, place }) => [name, place]));
  const each = names.map((name) => {
    const place = places.get(name);
    return place === undefined ? name : `${name} (${place})`;
  });
  const count = countOf(names.length, 'experiment');
  return `${count}${formatPlace(cluster)}: ${each.join(', ')}`;
}
