import type { SymphonyError } from '../../engine/contract/errors.ts';
import { formatJson } from '../../engine/text/format-json.ts';
import { plainLines } from '../../engine/text/safe-text.ts';
import type { Terminal } from '../shared/terminal.ts';

/** Reports the error of a failed command: text for people, `{"error": …}` for programs. */
export function formatError(
  error: SymphonyError,
  format: { readonly json: boolean },
  terminal: Pick<Terminal, 'noteStyle'>,
): string {
  if (format.json) return `${formatJson({ error })}\n`;
  const message = `${terminal.noteStyle('red', 'error:')} ${plainLines(error.message)}\n`;
  return error.hint === undefined ? message : `${message}${plainLines(error.hint)}\n`;
}
