import { SymphonyError } from '../../engine/errors.ts';
import type { LogLine } from '../../engine/logs.ts';
import { plainText } from '../../engine/sanitize-text.ts';
import { compilePattern } from '../../engine/spec/pattern.ts';

/**
 * Whether a line is shown: what the process wrote must match (or must not), as it reads without colours; Symphony's own
 * markers always are.
 * @throws SymphonyError `usage` if the expression is wrong
 */
export function createLineFilter(pattern: string | undefined, invert: boolean): (line: LogLine) => boolean {
  if (pattern === undefined) {
    if (invert) throw new SymphonyError('usage', '--invert turns --grep round, which is not given.');
    return () => true;
  }
  let expression: RegExp;
  try {
    expression = compilePattern(pattern);
  } catch (error) {
    throw new SymphonyError(
      'usage',
      `--grep ${JSON.stringify(pattern)} is no regular expression: ${(error as Error).message}.`,
    );
  }
  return (line) => line.kind !== 'line' || expression.test(plainText(line.text)) !== invert;
}
