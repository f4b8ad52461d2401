import { SymphonyError } from '../../engine/errors.ts';
import type { LogLine } from '../../engine/logs.ts';
import { plainStates, plainText } from '../../engine/sanitize-text.ts';
import { compilePattern } from '../../engine/spec/pattern.ts';

/** Whether a line is shown. */
export type LineFilter = (line: LogLine) => boolean;

export interface FilterWishes {
  /** `--grep`. */
  readonly pattern: string | undefined;
  /** `--invert`. */
  readonly invert: boolean;
  /** Whether a terminal shows the lines: of a line that was rewritten by carriage returns the last state alone. */
  readonly forPeople: boolean;
}

/**
 * What a process wrote must match (or must not), as it is printed, without its colours. Symphony's own markers are always
 * shown. Undefined if everything is.
 * @throws SymphonyError `usage` if the expression is wrong
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
  return (line) => line.kind !== 'line' || matches(line.text) !== invert;
}
