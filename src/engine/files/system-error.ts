import { getSystemErrorMap } from 'node:util';

/** The system's description of an error, `no space left on device`; the error's own message if it is not a system error. */
export function systemErrorText(error: NodeJS.ErrnoException): string {
  const [, words = error.message] = getSystemErrorMap().get(error.errno ?? 0) ?? [];
  return words;
}
