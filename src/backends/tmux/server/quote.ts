import { quoteWord } from '../../../engine/text/format-command.ts';

/** Escapes a text so that tmux expands neither formats (`#S`) nor dates (`%d`) in it. */
export function escapeFormat(text: string): string {
  return text.replaceAll('#', '##').replaceAll('%', '%%');
}

/** Formats one command of a tmux command file, whose words are quoted as those of a shell. */
export function tmuxCommand(...words: readonly string[]): string {
  return `${words.map(quoteWord).join(' ')}\n`;
}
