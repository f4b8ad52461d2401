/** The names most similar to a mistyped one, most similar first, at most 3; empty if none is similar. */
export function closestNames(wanted: string, names: readonly string[]): string[] {
  const lower = wanted.toLowerCase();
  if (lower === '' || lower.length > maxWantedLength) return [];
  // One typo in a short name, two or three in a long one. A single letter is similar to nothing else.
  const allowed = lower.length === 1 ? 0 : Math.min(3, Math.max(1, Math.floor(lower.length / 3)));
  return [...new Set(names)]
    .map((name) => ({ name, distance: nearness(lower, name.toLowerCase(), allowed) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

/**
 * A hint for a name that does not exist, as a sentence: `Did you mean learner?`, else `There are: learner, replay.`.
 * @param shown the names to list if none is similar, by default the known ones
 * @returns undefined if there is nothing to name
 */
export function suggestion(
  wanted: string,
  known: readonly string[],
  shown: readonly string[] = known,
): string | undefined {
  const close = closestNames(wanted, known);
  if (close.length > 0) return `Did you mean ${close.join(' or ')}?`;
  if (shown.length === 0) return undefined;
  return `There ${shown.length === 1 ? 'is' : 'are'}: ${listNames(shown)}.`;
}

/** The same as the end of a longer message: `did you mean learner?`, else `there are: learner, replay`. */
export function suggestionClause(wanted: string, known: readonly string[]): string | undefined {
  const sentence = suggestion(wanted, known);
  if (sentence === undefined) return undefined;
  return sentence[0]?.toLowerCase() + sentence.slice(1).replace(/\.$/, '');
}

const maxListedNames = 20;

/** Lists the first names and counts the rest. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, maxListedNames).join(', ');
  return names.length > maxListedNames ? `${shown} and ${names.length - maxListedNames} more` : shown;
}

const maxWantedLength = 200;

/** A name without its beginning or its end counts as one typo. */
function nearness(wanted: string, name: string, allowed: number): number {
  if (wanted.length >= 3 && name.includes(wanted)) return Math.min(1, name.length - wanted.length);
  if (Math.abs(wanted.length - name.length) > allowed) return Number.POSITIVE_INFINITY;
  return editDistance(wanted, name);
}

/** The number of letters to insert, remove, replace or swap with their neighbour to turn one text into the other. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let distance = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) distance = Math.min(distance, (beforeLast[column - 2] ?? 0) + 1);
      current.push(distance);
    }
    [beforeLast, last] = [last, current];
  }
  return last[b.length] ?? a.length;
}
