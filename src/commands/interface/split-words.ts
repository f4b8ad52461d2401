/** The words of a command line as a shell splits them: quotes join words, a backslash escapes the next character. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  const parts = /\s+|'([^']*)'?|"((?:\\.|[^"\\])*)"?|\\(.)|[^\s'"\\]+|\\/gs;
  let word: string | undefined;
  for (const [part, single, double, escaped] of line.matchAll(parts)) {
    if (/^\s/.test(part)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    const text = single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? part;
    word = (word ?? '') + text;
  }
  if (word !== undefined) words.push(word);
  return words;
}
