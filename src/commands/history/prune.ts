import { SymphonyError } from '../../engine/contract/errors.ts';
import { History, type PruneOptions } from '../../engine/history/history.ts';
import type { HistoryEntry } from '../../engine/history/history-entry.ts';
import { parseAge } from '../../engine/text/durations.ts';
import { formatBytes, parseSize } from '../../engine/text/quantities.ts';
import { listNames } from '../../engine/text/suggestion.ts';
import { confirm } from '../names/ask.ts';
import { print } from '../output/print.ts';
import type { CommandDefinition, ParsedArguments } from '../program/command.ts';

export const pruneHistory: CommandDefinition = {
  name: 'prune',
  configure: (command) =>
    command
      .description('remove past experiments for good; by default those beyond the limits of the settings; asks first')
      .argument('[entries...]', 'only these entries, such as rl.2')
      .option('--older-than <age>', 'remove those that were deleted longer ago: 30d, 12h')
      .option('--keep <size>', 'remove the oldest, until the rest is at most this large: 500M, 2Gi')
      .option('--all', 'remove everything')
      .option('-f, --force', 'do not ask')
      .option('--dry-run', 'say what would be removed, and remove nothing'),
  async run(args, context) {
    const history = new History();
    const doomed = await chooseDoomed(history, args);
    const names = doomed.map(({ name }) => name);
    const size = formatBytes(doomed.reduce((sum, { bytes }) => sum + bytes, 0));
    const what = `${names.length === 1 ? '1 past experiment' : `${names.length} past experiments`} (${size})`;
    if (args.dryRun || names.length === 0) {
      return print(context, {
        data: { wouldRemove: names },
        names: () => names,
        table: () => [
          names.length === 0 ? 'There is nothing to remove.' : `Would remove ${what}: ${names.join(', ')}.`,
        ],
      });
    }
    if (!args.force) {
      const question = `Remove ${what} for good: ${listNames(names)}?`;
      if (!(await confirm(context, question, 'Use --force to remove them without a question.'))) {
        context.note('Nothing was removed.');
        return 1;
      }
    }
    await history.remove(names);
    await print(context, { data: { removed: names }, names: () => names, table: () => [`Removed ${what}.`] });
  },
};

async function chooseDoomed(history: History, args: ParsedArguments): Promise<readonly HistoryEntry[]> {
  const wanted: readonly string[] = args.entries ?? [];
  const options: PruneOptions = {
    dryRun: true,
    all: args.all ?? false,
    ...(args.olderThan !== undefined && { ageSeconds: parseOption('--older-than', args.olderThan, parseAge, '30d') }),
    ...(args.keep !== undefined && { totalBytes: parseOption('--keep', args.keep, parseSize, '500M') }),
  };
  if (wanted.length === 0) return history.prune(options);
  if (args.all || args.olderThan !== undefined || args.keep !== undefined)
    throw new SymphonyError('usage', 'Entries are named, and so are limits: choose one.');
  const entries = await history.list();
  // What is removed for good needs its exact name.
  return wanted.map((name) => {
    const found = entries.find((entry) => entry.name === name);
    if (found !== undefined) return found;
    const similar = entries.filter(({ experiment }) => experiment === name).map((entry) => entry.name);
    throw new SymphonyError('not-found', `There is no entry ${JSON.stringify(name)} in the history.`, {
      hint: similar.length === 0 ? undefined : `Name one of: ${listNames(similar)}.`,
    });
  });
}

function parseOption(flag: string, text: string, parse: (text: string) => number | undefined, example: string): number {
  const value = parse(text);
  if (value !== undefined) return value;
  throw new SymphonyError('usage', `${flag} is ${JSON.stringify(text)}; it takes a value such as ${example}.`);
}
