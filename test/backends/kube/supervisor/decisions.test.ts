import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type Decisions,
  forgetProcesses,
  newDecisions,
  noDecisions,
  readDecisions,
  storedDecisions,
  withDecisions,
} from '../../../../src/backends/kube/supervisor/decisions.ts';

const keys = fc.array(fc.constantFrom('a', 'b', 'g.c'));
const over = fc.record({
  outcome: fc.constantFrom('succeeded', 'failed'),
  reason: fc.string(),
  rule: fc.constant('endsWith'),
  time: fc.string(),
});
const decisions: fc.Arbitrary<Partial<Decisions>> = fc.record(
  {
    over: over as fc.Arbitrary<NonNullable<Decisions['over']>>,
    started: keys,
    ready: keys,
    skipped: fc.constant({ a: 'x' }),
    told: keys,
  },
  { requiredKeys: [] },
);

it('what is started, skipped or ready stays so, and deciding it again changes nothing', () => {
  fc.assert(
    fc.property(decisions, decisions, (first, second) => {
      const known = withDecisions(noDecisions, first);
      const merged = withDecisions(known, second);
      expect(merged.started).toEqual(expect.arrayContaining([...known.started]));
      expect(merged.over).toEqual(second.over);
      expect(merged.told).toEqual(second.told ?? known.told);
      expect(withDecisions(merged, second)).toBe(merged);
      expect(readDecisions({ data: storedDecisions(merged) })).toEqual(merged);
    }),
  );
});

it('content that was changed by hand counts as not decided', () => {
  for (const text of ['', '{', '[]', '{"over":{"outcome":"x"},"started":3,"skipped":[1]}']) {
    expect(readDecisions({ data: { decisions: text } })).toMatchObject({ started: [], ready: [] });
  }
  expect(readDecisions({})).toEqual(noDecisions);
});

it('what is known of removed processes is forgotten, and does not return with what is decided at that moment', () => {
  fc.assert(
    fc.property(decisions, decisions, (first, second) => {
      const known = withDecisions(noDecisions, first);
      const next = withDecisions(known, second);
      expect(withDecisions(known, newDecisions(known, next))).toEqual(next);
      const current = forgetProcesses(known, new Set(['a']));
      expect(JSON.stringify([current.started, current.ready, current.skipped])).not.toContain('"a"');
      expect(current.over).toEqual(known.over);
      const merged = withDecisions(current, newDecisions(known, next));
      for (const list of ['started', 'ready'] as const)
        expect(merged[list].includes('a')).toBe(next[list].includes('a') && !known[list].includes('a'));
      expect(forgetProcesses(known, new Set())).toEqual(known);
    }),
  );
});
