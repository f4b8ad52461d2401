import { Command, type Option, type ParseOptionsResult } from 'commander';

/**
 * A command of which all words after its first argument are the command line of another program: `exec agent ls -la`.
 * commander's `passThroughOptions` would take options between the first argument and the command line for the other program's.
 */
export class CommandLineCommand extends Command {
  override parseOptions(words: string[]): ParseOptionsResult {
    const start = commandLineStart(words, this.options);
    const { operands, unknown } = super.parseOptions(words.slice(0, start));
    return { operands: [...operands, ...(unknown.length === 0 ? words.slice(start) : [])], unknown };
  }
}

/** The index of the first word after the first argument that is not an option of the command; `--` is such a word. */
export function commandLineStart(words: readonly string[], options: readonly Option[]): number {
  let given = 0;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string;
    if (word === '--') {
      if (given === 1) return index;
      // `-- TARGET COMMAND`
      return Math.min(index + 2, words.length);
    }
    if (word.startsWith('-') && word !== '-') {
      if (takesNextWord(word, words[index + 1], options)) index += 1;
    } else if (given === 1) {
      return index;
    } else {
      given = 1;
    }
  }
  return words.length;
}

function takesNextWord(word: string, next: string | undefined, options: readonly Option[]): boolean {
  const option = options.find(({ short, long }) => word === short || word === long);
  if (option === undefined) return false;
  return option.required || (option.optional && next !== undefined && !next.startsWith('-'));
}
