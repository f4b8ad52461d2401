/** A word that bash knows, and many a `/bin/sh` does not. */
export interface BashWord {
  /** As it is written: `source`, `conda activate`. */
  readonly word: string;
  /** What to write for a `/bin/sh`; undefined if there is nothing. */
  readonly instead?: string;
}

const words: readonly (BashWord & { readonly pattern: string })[] = [
  { word: 'source', pattern: 'source(?=\\s)', instead: '". FILE"' },
  { word: '[[', pattern: '\\[\\[(?=\\s)', instead: '"[ … ]"' },
  { word: 'pushd', pattern: 'pushd\\b', instead: '"cd"' },
  { word: 'popd', pattern: 'popd\\b', instead: '"cd"' },
  { word: 'shopt', pattern: 'shopt\\b' },
  { word: 'declare', pattern: 'declare\\b' },
  {
    word: 'conda activate',
    pattern: '(?:conda|mamba|micromamba)\\s+activate\\b',
    instead: '\'eval "$(conda shell.posix hook)"\' before it',
  },
];

/** Where a command can begin. */
const commandStart = '(?:^|[;&|({\\n!]|\\b(?:if|then|else|elif|do|while|until)\\s)\\s*';

/** The words of a script that only bash and its like know; each once. Words inside of quotes are no commands. */
export function findBashWords(script: string): readonly BashWord[] {
  const bare = script.replace(/'[^']*'|"(?:\\.|[^"\\])*"|#[^\n]*/g, ' ');
  return words
    .filter(({ pattern }) => new RegExp(commandStart + pattern).test(bare))
    .filter(({ word }) => word !== 'conda activate' || !/shell\.\w+ hook|conda\.sh|\bhook -s\b/.test(script))
    .map(({ word, instead }) => ({ word, ...(instead === undefined ? {} : { instead }) }));
}

/** Whether a shell, given by its argv, may be one that does not know these words. */
export function isPlainShell([program = '']: readonly string[]): boolean {
  return ['sh', 'dash', 'ash'].includes(program.slice(program.lastIndexOf('/') + 1));
}

/** What to do about a word: `write ". FILE" instead, or set shell: bash`. */
export function bashAdvice({ word, instead }: BashWord): string {
  if (word === 'conda activate') return `write ${instead}, or set shell: bash with its hook`;
  return instead === undefined ? 'set shell: bash' : `write ${instead} instead, or set shell: bash`;
}

/**
 * Explains exit code 127 of a shell that may not know a word of its script.
 * @param output what the run wrote last, if it is known: only a word that it names is then explained
 * @returns undefined if there is nothing to explain
 */
export function explainNotFound(
  { shell, scripts }: { readonly shell: readonly string[]; readonly scripts: readonly string[] },
  exitCode: number | undefined,
  output?: string,
): string | undefined {
  if (exitCode !== 127 || !isPlainShell(shell)) return undefined;
  const found = scripts.flatMap((script) => findBashWords(script));
  if (output === undefined) {
    const [first] = found;
    return first && `where ${shell[0]} is dash it does not know ${first.word}: ${bashAdvice(first)}`;
  }
  const named = found.find(({ word }) => {
    const [program = ''] = word.split(' ');
    return output
      .split('\n')
      .some((line) => line.includes(`${program}: not found`) || line.includes(`${program}: command not found`));
  });
  return named && `${shell[0]} does not know ${named.word}: ${bashAdvice(named)}`;
}
