import { fuzzyFilter } from '../../../engine/client/fuzzy-filter.ts';

/** Shorter words are not compared with states: they would match too much. */
const minStateWordLength = 3;

/**
 * Filters items by a fuzzy match of the name, or by the beginning of the state, and keeps their order. A leading `!` inverts
 * the filter.
 */
export function filterItems<Item>(
  items: readonly Item[],
  filter: string,
  nameOf: (item: Item) => string,
  stateOf: (item: Item) => string = () => '',
): readonly Item[] {
  if (filter.replace(/^!/, '').trim() === '') return items;
  const inverse = filter.startsWith('!');
  const word = (inverse ? filter.slice(1) : filter).trim().toLowerCase();
  const byName = new Set(fuzzyFilter(items, word === '' ? '' : filterWord(filter), nameOf));
  const byState = (item: Item) => word.length >= minStateWordLength && stateOf(item).startsWith(word);
  const kept = items.filter((item) =>
    inverse ? byName.has(item) && !byState(item) : byName.has(item) || byState(item),
  );
  // Exact matches come first; the other items keep their order.
  const isExact = (item: Item) => nameOf(item).toLowerCase() === word;
  return inverse || !kept.some(isExact) ? kept : [...kept.filter(isExact), ...kept.filter((item) => !isExact(item))];
}

function filterWord(filter: string): string {
  return filter.startsWith('!') ? `!${filter.slice(1).trim()}` : filter.trim();
}
