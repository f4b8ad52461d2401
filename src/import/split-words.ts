/**
 * The words of a command line, split as a shell does without expanding anything: blanks separate, quotes and backslashes
 * protect. Undefined if a quote is not closed.
 */
export function splitCommand(text: string): readonly string[] | undefined {
  const words: string[] = [];
  const token = /\s+|'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|\\([\s\S])|([^\s'"\\]+)/y;
  let word: string | undefined;
  while (token.lastIndex < text.length) {
    const found = token.exec(text);
    if (found === null) return undefined;
    const [all, single, double, escaped, plain] = found;
    const part = single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? plain;
    if (part !== undefined) word = (word ?? '') + part;
    else if (/^\s+$/.test(all) && word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}
