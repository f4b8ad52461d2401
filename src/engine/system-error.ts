import { getSystemErrorMap } from 'node:util';

/** What the system says of an error, in words: `no space left on device`; the error's own message if it is none of the system's. */
export function systemErrorText(error: NodeJS.ErrnoException): string {
  const [, words = error.message] = getSystemErrorMap().get(error.errno ?? 0) ?? [];
  return words;
}
