import type { SymphonyError } from '../../engine/contract/errors.ts';
import { formatJson } from '../../engine/text/format-json.ts';
import { plainText } from '../../engine/text/sanitize-text.ts';
import type { Terminal } from '../shared/terminal.ts';

/** Reports the error of a failed command: text for people, `{"error": …}` for programs. */
export function formatError(
  error: SymphonyError,
  format: { readonly json: boolean },
  terminal: Pick<Terminal, 'noteStyle'>,
): string {
  if (format.json) return `${formatJson({ error })}\n`;
  const lines = error.message.split('\n').map(plainText);
  const message = `${terminal.noteStyle('red', 'error:')} ${lines.join('\n')}\n`;
  return error.hint === undefined ? message : `${message}${plainText(error.hint)}\n`;
}
