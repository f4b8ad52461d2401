import { single } from 'fuzzysort';
import { matchRank, splitTarget } from './names/match.ts';

/**
 * The items that match a query, best matches first: exact, by prefix, by substring, then letters in order. A leading `!`
 * inverts the query; a capital letter makes it case-sensitive; `group/process` is matched part by part.
 * @param key the text of an item that the query is matched against
 */
export function fuzzyFilter<Item>(items: readonly Item[], query: string, key: (item: Item) => string): Item[] {
  const inverted = query.startsWith('!');
  const wanted = (inverted ? query.slice(1) : query).trim();
  if (wanted === '') return [...items];
  const scored = items.map((item) => ({ item, score: fuzzyScore(wanted, key(item)) }));
  if (inverted) return scored.filter(({ score }) => score === undefined).map(({ item }) => item);
  return scored
    .filter(({ score }) => score !== undefined)
    .sort((a, b) => (a.score ?? 0) - (b.score ?? 0))
    .map(({ item }) => item);
}

/** The distance of a text from the query: 0 is exact, up to 2 contains it as written; undefined is no match. */
function fuzzyScore(wanted: string, text: string): number | undefined {
  const parts = splitTarget(wanted);
  if (parts.group === undefined) return partScore(wanted, text);
  const own = splitTarget(text);
  const group = partScore(parts.group, own.group ?? '');
  const name = group === undefined ? undefined : partScore(parts.name, own.name);
  return group === undefined || name === undefined ? undefined : group + name;
}

function partScore(wanted: string, text: string): number | undefined {
  const isCaseSensitive = wanted !== wanted.toLowerCase();
  const rank = isCaseSensitive ? matchRank(wanted, text) : matchRank(wanted, text.toLowerCase());
  if (rank !== undefined) return rank;
  if (isCaseSensitive && !hasLettersInOrder(wanted, text)) return undefined;
  const result = single(wanted, text);
  return result === null ? undefined : 4 - result.score;
}

function hasLettersInOrder(wanted: string, text: string): boolean {
  let from = 0;
  for (const letter of wanted.replaceAll(' ', '')) {
    const at = text.indexOf(letter, from);
    if (at < 0) return false;
    from = at + letter.length;
  }
  return true;
}
