import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  describePreambleEnd,
  describeProgress,
  parseProgress,
  preambleOver,
  progressLines,
} from '../../../src/engine/shell/preamble-progress.ts';

describe('the progress of a preamble', () => {
  it('reads back what the shell has written, with the beginning of the step', () => {
    const line = fc.string().filter((text) => text.trim() !== '' && !/[\n\r\u2028\u2029]/.test(text));
    fc.assert(
      fc.property(fc.nat(99), line, (number, text) => {
        const written = `${progressLines(number + 1, 100, text).join('\n')}\n`;
        expect(parseProgress(written)).toMatchObject({ isOver: false, step: number + 1, steps: 100 });
      }),
    );
    expect(parseProgress(`${preambleOver}\n`)).toEqual({ isOver: true });
    const [, long] = progressLines(1, 1, ` ${'x'.repeat(200)}\nsecond line`);
    expect(long).toBe(`${'x'.repeat(120)}…`);
  });

  it('is unknown while it is written, and where something else was written', () => {
    const whole = `${progressLines(1, 2, 'cd /x').join('\n')}\n`;
    for (let length = 0; length < whole.length; length += 1)
      expect(parseProgress(whole.slice(0, length))).toBeUndefined();
    expect(parseProgress('out of memory\n')).toBeUndefined();
  });

  it('is told in words', () => {
    expect(describeProgress(undefined)).toBe('its preamble has not ended yet');
    expect(describeProgress({ isOver: false, step: 2, steps: 3, text: 'pip install x' })).toBe(
      'its preamble has not ended yet: step 2 of 3: pip install x',
    );
  });
});

describe('the end of a run in its preamble', () => {
  const progress = { isOver: false, step: 2, steps: 3, text: 'source venv/bin/activate' } as const;

  it('names the step that failed', () => {
    expect(describePreambleEnd(progress, { exitCode: 3 })).toBe(
      'its preamble failed: exit code 3; it ended in step 2 of 3: source venv/bin/activate',
    );
    expect(describePreambleEnd({ ...progress, step: 1, steps: 1 }, { exitCode: 137, signal: 'SIGKILL' })).toBe(
      'its preamble failed: killed by SIGKILL (exit code 137); it ended in source venv/bin/activate',
    );
    expect(describePreambleEnd({ ...progress, step: 0 }, { exitCode: 127 })).toBe(
      'its preamble failed: exit code 127: a command was not found',
    );
  });

  it('is none where the preamble was over, is unknown, or ended the run successfully', () => {
    expect(describePreambleEnd({ isOver: true }, { exitCode: 1 })).toBeUndefined();
    expect(describePreambleEnd(undefined, { exitCode: 1 })).toBeUndefined();
    expect(describePreambleEnd(progress, { exitCode: 0 })).toBeUndefined();
  });
});
