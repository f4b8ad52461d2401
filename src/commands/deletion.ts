import type { Cluster, DeleteResult } from '../engine/cluster.ts';
import { SymphonyError } from '../engine/errors.ts';
import type { CommandContext } from './context.ts';
import { print } from './output/print.ts';

type Results = readonly (DeleteResult | { readonly name: string; readonly error: SymphonyError })[];

type Deletion =
  | { readonly wouldDelete: readonly string[]; readonly notes: readonly string[] }
  | { readonly cluster: Cluster; readonly results: Results };

/**
 * Says what became of a deletion.
 * @throws SymphonyError if anything failed, naming what is left
 */
export async function finishDeletion(context: CommandContext, deletion: Deletion): Promise<void> {
  if ('wouldDelete' in deletion) {
    const { wouldDelete, notes } = deletion;
    return print(context, { data: { wouldDelete }, names: () => wouldDelete, table: () => notes });
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
