import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  closestNames,
  editDistance,
  listNames,
  suggestion,
  suggestionClause,
} from '../../../src/engine/text/suggestion.ts';
import { names } from '../support/arbitraries.ts';

describe('editDistance', () => {
  it('counts letters inserted, left out, replaced and swapped', () => {
    expect(editDistance('learner', 'learner')).toBe(0);
    expect(editDistance('lerner', 'learner')).toBe(1);
    expect(editDistance('laerner', 'learner')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });

  it('is symmetric, and 0 only for equal texts', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const distance = editDistance(a, b);
        expect(editDistance(b, a)).toBe(distance);
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

describe('closestNames', () => {
  const known = ['learner', 'agent', 'agents', 'replay-server', 'parameter-server', 'tb'];

  it('finds the intended names, nearest first', () => {
    expect(closestNames('lerner', known)).toEqual(['learner']);
    expect(closestNames('Agent', known)).toEqual(['agent', 'agents']);
    expect(closestNames('replay', known)).toEqual(['replay-server']);
    expect(closestNames('bt', known)).toEqual(['tb']);
    expect(closestNames('server', known)).toEqual(['replay-server', 'parameter-server']);
  });

  it('finds nothing for a text that is unlike every name, empty, or very long', () => {
    expect(closestNames('zebra', known)).toEqual([]);
    expect(closestNames('', known)).toEqual([]);
    expect(closestNames('x'.repeat(1_000_000), known)).toEqual([]);
  });

  it('gives at most 3 known names, an equal one first', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(names), (wanted, list) => {
        const close = closestNames(wanted, list);
        expect(close.length).toBeLessThanOrEqual(3);
        for (const name of close) expect(list).toContain(name);
      }),
    );
    fc.assert(fc.property(names, fc.array(names), (name, list) => closestNames(name, [...list, name])[0] === name));
  });
});

describe('suggestion', () => {
  it('offers similar names, else lists all, else is undefined', () => {
    expect(suggestion('lerner', ['learner', 'agent'])).toBe('Did you mean learner?');
    expect(suggestion('agen', ['agent', 'agents'])).toBe('Did you mean agent or agents?');
    expect(suggestion('zzz', ['a', 'b'])).toBe('There are: a, b.');
    expect(suggestion('zzz', ['a'])).toBe('There is: a.');
    expect(suggestion('zzz', [])).toBeUndefined();
  });

  it('lists other names than those it compares with, where it is given them', () => {
    expect(suggestion('agen', ['agent'], ['agents/agent'])).toBe('Did you mean agent?');
    expect(suggestion('zzz', ['agent'], ['agents/agent'])).toBe('There is: agents/agent.');
    expect(suggestion('zzz', ['agent'], [])).toBeUndefined();
  });

  it('ends a longer message in the same words', () => {
    expect(suggestionClause('lerner', ['learner'])).toBe('did you mean learner?');
    expect(suggestionClause('zzz', ['a', 'b'])).toBe('there are: a, b');
    expect(suggestionClause('zzz', [])).toBeUndefined();
  });
});

describe('listNames', () => {
  it('counts the names beyond the first 20', () => {
    const many = Array.from({ length: 23 }, (_, index) => `a${index}`);
    expect(listNames(many)).toMatch(/^a0, .*, a19 and 3 more$/);
    expect(listNames(many.slice(0, 2))).toBe('a0, a1');
  });
});
