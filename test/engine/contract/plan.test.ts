import { expect, it } from 'vitest';
import { describeRefused, formatPlanNote, type PlanNote } from '../../../src/engine/contract/plan.ts';

const note = (path: string, hint?: string, verdict: PlanNote['verdict'] = 'refused'): PlanNote => ({
  verdict,
  path,
  message: 'is not for this backend',
  ...(hint === undefined ? {} : { hint }),
});

it('the error contains the hint of every refused field', () => {
  expect(describeRefused([note('a', 'Leave it out.'), note('b'), note('c', 'Leave it out.')])).toEqual({
    message: 'a: is not for this backend\nb: is not for this backend\nc: is not for this backend',
    hint: 'Leave it out.',
  });
  expect(
    describeRefused([note('a', 'Leave it out.'), note('b', 'Set c.'), note('w', 'No matter.', 'not-enforced')]),
  ).toEqual({
    message: 'a: is not for this backend. Leave it out.\nb: is not for this backend. Set c.',
  });
  expect(describeRefused([note('a')])).toEqual({ message: 'a: is not for this backend' });
});

it('a note and its hint are two sentences', () => {
  expect(formatPlanNote(note('a', 'Leave it out.'))).toBe('a: is not for this backend. Leave it out.');
  expect(formatPlanNote({ ...note('a', 'Leave it out.'), message: 'is so.' })).toBe('a: is so. Leave it out.');
});
