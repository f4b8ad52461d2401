import fc from 'fast-check';
import { expect, it } from 'vitest';
import { displayNames, findNamed, locationKey } from '../../../../src/backends/kube/watch/experiment-names.ts';
import { SymphonyError } from '../../../../src/engine/contract/errors.ts';

const word = fc.constantFrom('rl', 'eval', 'team-a', 'team-b');
const places = fc.uniqueArray(fc.record({ experiment: word, namespace: word }), { selector: locationKey });
const preferred = fc.option(word, { nil: undefined });

it('gives every experiment a name of its own, by which it alone is meant', () => {
  fc.assert(
    fc.property(places, preferred, (all, near) => {
      const names = displayNames(all, near);
      expect(new Set(names.values()).size).toBe(all.length);
      for (const place of all) {
        expect(findNamed(names.get(locationKey(place)) ?? '', all, near)).toBe(place);
        expect(findNamed(locationKey(place), all, near)).toBe(place);
      }
    }),
  );
});

it('never guesses: a bare name means the preferred one, the only one, or nothing but a refusal', () => {
  fc.assert(
    fc.property(places, preferred, word, (all, near, name) => {
      const sharing = all.filter(({ experiment }) => experiment === name);
      const own = sharing.find(({ namespace }) => namespace === near);
      try {
        expect(findNamed(name, all, near)).toBe(own ?? sharing[0]);
        expect(own !== undefined || sharing.length < 2).toBe(true);
      } catch (error) {
        if (!(error instanceof SymphonyError)) throw error;
        expect(error.code).toBe('ambiguous');
        for (const { namespace } of sharing) expect(error.message).toContain(namespace);
        expect(own === undefined && sharing.length > 1).toBe(true);
      }
    }),
  );
});
