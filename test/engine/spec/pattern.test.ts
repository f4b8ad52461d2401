import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSpec } from '../../../src/engine/spec/parse-spec.ts';
import { compilePattern } from '../../../src/engine/spec/pattern.ts';
import { resolveExperiment } from '../../../src/engine/spec/resolve/resolve-experiment.ts';

/** Strings with many characters that are special in regular expressions. */
const pattern = fc
  .array(fc.oneof(fc.constantFrom(...'\\^$.*+?()[]{}|-:=!<>dpuxkbw09,aZ'), fc.string({ maxLength: 2 })), {
    minLength: 1,
    maxLength: 12,
  })
  .map((parts) => parts.join(''));

describe('the pattern of a readiness check', () => {
  test('can be compiled if the spec is accepted, and is otherwise refused with its place', () => {
    const isAccepted = (log: string) => {
      try {
        const spec = parseSpec(
          { name: 'rl', processes: { main: { command: 'true', ready: { log } } } },
          { baseDir: '/' },
        );
        return resolveExperiment(spec).processes[0]?.ready;
      } catch (error) {
        expect((error as Error).message).toContain('processes.main.ready.log');
        return undefined;
      }
    };
    fc.assert(
      fc.property(pattern, (log) => {
        fc.pre(log.trim() !== '' && !log.includes('\u0000'));
        const ready = isAccepted(log);
        if (ready?.kind === 'log') expect(() => compilePattern(ready.pattern)).not.toThrow();
        else expect(() => compilePattern(log)).toThrow(SyntaxError);
      }),
      { numRuns: 3000, examples: [['a\\-b'], ['(?<n>a)\\k<m>'], ['\\p{L}'], ['[\\w-a]']] },
    );
  });
});
