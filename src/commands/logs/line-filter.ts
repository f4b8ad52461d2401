import { SymphonyError } from '../../engine/contract/errors.ts';
import type { LogLine } from '../../engine/contract/logs.ts';
import { compilePattern } from '../../engine/spec/pattern.ts';
import { plainStates, plainText } from '../../engine/text/safe-text.ts';

/** Whether a line is shown. */
export type LineFilter = (line: LogLine) => boolean;

export interface FilterWishes {
  /** `--grep`. */
  readonly pattern: string | undefined;
  /** `--invert`. */
  readonly invert: boolean;
  /** Whether a terminal shows the lines: of a line that carriage returns overwrote, it shows only the last state. */
  readonly forPeople: boolean;
}

/**
 * A filter for lines that match (or do not match) as printed, without their colours. Symphony's own markers always pass.
 * Undefined if every line passes.
 * @throws SymphonyError `usage` if the expression is invalid
 */
export function createLineFilter({ pattern, invert, forPeople }: FilterWishes): LineFilter | undefined {
  if (pattern === undefined) {
    if (invert) throw new SymphonyError('usage', '--invert turns --grep round, which is not given.');
    return undefined;
  }
  let expression: RegExp;
  try {
    expression = compilePattern(pattern);
  } catch (error) {
    throw new SymphonyError(
      'usage',
      `--grep ${JSON.stringify(pattern)} is not a regular expression: ${(error as Error).message}.`,
    );
  }
  const matches = forPeople
    ? (text: string) => expression.test(plainText(text))
    : (text: string) => plainStates(text).some((state) => expression.test(state));
  return ({ kind, text }) => (kind !== 'line' && kind !== 'open') || matches(text) !== invert;
}
