import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createJsonLineRenderer } from '../../../src/commands/logs/json-line.ts';
import type { LogLine } from '../../../src/engine/contract/logs.ts';
import { hostileCharacters } from '../../support/hostile-characters.ts';

const line: LogLine = { group: null, name: 'learner', run: 1, kind: 'line', text: '\x1b[31mred\x1b[2J' };

it('lines are JSON with the same value, without characters that a terminal interprets', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...hostileCharacters)), (parts) => {
      const render = createJsonLineRenderer();
      const written = { ...line, text: parts.join(''), time: '2026-01-31T12:00:00Z' };
      for (const value of [written, { ...written, run: 2 }, { ...written, group: 'team' }]) {
        const json = render(value);
        expect(JSON.parse(json)).toEqual(value);
        expect(json).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
      }
    }),
  );
});
