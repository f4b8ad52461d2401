/** Quotes a text as one word of a tmux command file. */
export function quoteWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Escapes a text so that tmux expands neither formats (`#S`) nor dates (`%d`) in it. */
export function escapeFormat(text: string): string {
  return text.replaceAll('#', '##').replaceAll('%', '%%');
}

/** Formats one command of a tmux command file. */
export function commandLine(...words: readonly string[]): string {
  return `${words.map(quoteWord).join(' ')}\n`;
}
