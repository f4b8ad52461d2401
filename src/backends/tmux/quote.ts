/** One word of a tmux command file that stands for exactly this text. */
export function quoteWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Text that is still this text after tmux has filled in formats (`#S`) and dates (`%d`). */
export function escapeFormat(text: string): string {
  return text.replaceAll('#', '##').replaceAll('%', '%%');
}

/** One command of a tmux command file. */
export function commandLine(...words: readonly string[]): string {
  return `${words.map(quoteWord).join(' ')}\n`;
}
