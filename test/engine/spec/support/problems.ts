import { expect } from 'vitest';
import type { ExperimentSpec, ProcessSpec } from '../../../../src/engine/spec/experiment-spec.ts';
import { parseSpec } from '../../../../src/engine/spec/parse-spec.ts';
import '../../support/reserve-sections.ts';
import { thrownBy } from '../../support/thrown.ts';

/** The spec from an input that was declared in /base. */
export const parse = (input: unknown): ExperimentSpec => parseSpec(input, { baseDir: '/base' });

/** One process with these fields. */
export const one = (fields: object): ProcessSpec | undefined =>
  parse({ name: 'x', processes: { p: { command: 'true', ...fields } } }).processes.p;

/** The lines of the error message after the first. */
export async function problems(input: unknown): Promise<string[]> {
  const error = await thrownBy(() => parse(input));
  expect(error.code).toBe('invalid-spec');
  const [first, ...lines] = error.message.split('\n');
  expect(first).toBe(`The spec has ${lines.length === 1 ? 'a problem' : `${lines.length} problems`}:`);
  return lines.map((line) => line.trim());
}

/** The problems of one process with these fields, without the path of the process. */
export async function problemsOf(fields: object): Promise<string[]> {
  const lines = await problems({ name: 'x', processes: { p: { command: 'true', ...fields } } });
  return lines.map((line) => line.replace(/^processes\.p\./, ''));
}
