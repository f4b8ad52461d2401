/** Words that a shell takes for itself where a command begins. */
const reservedWords = /^(?:if|then|else|elif|fi|case|esac|for|while|until|do|done|in|function|select|time)$/;

/** Quotes a text as exactly one word of a POSIX shell. The text contains no NUL. */
export function quoteWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A command as one types it in a shell: a shell command as it is, an argv with the quotes that it needs. */
export function formatCommand(command: string | readonly string[]): string {
  if (typeof command === 'string') return command;
  return command.map((word, index) => (isPlain(word, index) ? word : quoteWord(word))).join(' ');
}

/** Whether a shell reads the word as it is. A first word with `=` would be an assignment. */
function isPlain(word: string, index: number): boolean {
  if (!/^[\w@%+=:,./-]+$/.test(word)) return false;
  return index > 0 || !(word.includes('=') || reservedWords.test(word));
}
