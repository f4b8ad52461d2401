import type { Cluster } from '../../engine/client/cluster.ts';
import type { DeleteResult, DeletionPreview } from '../../engine/contract/backend.ts';
import { SymphonyError } from '../../engine/contract/errors.ts';
import { listNames } from '../../engine/text/suggestion.ts';
import { print } from '../output/print.ts';
import type { CommandContext } from '../program/command.ts';

type Results = readonly (DeleteResult | { readonly name: string; readonly error: SymphonyError })[];

type Deletion =
  | {
      readonly wouldDelete: readonly string[];
      /** Objects in their place that Symphony did not create. */
      readonly others: readonly string[];
      readonly notes: readonly string[];
    }
  | { readonly cluster: Cluster; readonly results: Results };

/** Lines that warn before a deletion. */
export function describePreview({ others, notes }: DeletionPreview, purge: boolean): string[] {
  if (others.length === 0) return [...notes];
  const said = listNames(others);
  const fate = purge
    ? `This is not Symphony’s and is deleted as well: ${said}.`
    : `This is not Symphony’s and stays: ${said}. (--purge deletes it as well.)`;
  return [fate, ...notes];
}

/**
 * Reports the result of a deletion.
 * @throws SymphonyError if anything failed, naming what remains
 */
export async function finishDeletion(context: CommandContext, deletion: Deletion): Promise<void> {
  if ('wouldDelete' in deletion) {
    const { wouldDelete, others, notes } = deletion;
    return print(context, { data: { wouldDelete, others }, names: () => wouldDelete, table: () => notes });
  }
  const { cluster, results } = deletion;
  const deleted = results
    .filter((result) => 'leftovers' in result && result.leftovers.length === 0)
    .map(({ name }) => name);
  const current = await cluster.currentExperiment();
  if (current !== null && deleted.includes(current)) await cluster.setExperiment(null);
  await print(context, {
    data: results.map((result) => ('error' in result ? { name: result.name, error: result.error } : result)),
    names: () => deleted,
    table: () => deleted.map((name) => `Deleted ${name}.`),
  });
  for (const result of results) {
    if ('error' in result || (result.kept ?? []).length === 0) continue;
    context.note(`Where ${result.name} stood, this is not Symphony’s and stays: ${listNames(result.kept ?? [])}.`);
  }
  for (const result of results) {
    if ('error' in result) continue;
    for (const note of result.notes ?? []) context.warn(`${result.name}: ${note}.`);
  }
  const errors = results.flatMap((result) => ('error' in result ? [result.error] : []));
  const leftovers = results.flatMap((result) =>
    'leftovers' in result && result.leftovers.length > 0
      ? [`Of ${result.name} this is left: ${result.leftovers.join(', ')}.`]
      : [],
  );
  const [first] = errors;
  if (first !== undefined && results.length === 1) throw first;
  const messages = [...errors.map(({ message }) => message), ...leftovers];
  if (messages.length > 0) throw new SymphonyError('failed', messages.join('\n'));
}
