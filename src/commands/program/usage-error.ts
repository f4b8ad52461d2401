import type { CommanderError } from 'commander';
import { SymphonyError } from '../../engine/contract/errors.ts';

/** Converts an error of commander to a SymphonyError: `error: unknown command 'lss'\n(Did you mean ls?)`. */
export function usageError(error: CommanderError, program: string): SymphonyError {
  const [message = '', ...more] = error.message.replace(/^error: /, '').split('\n');
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  const help = `See: ${program} --help`;
  const hint = more.length > 0 ? more.join(' ').replace(/^\(|\)$/g, '') : help;
  return new SymphonyError('usage', /[.?!]$/.test(text) ? text : `${text}.`, { hint });
}
