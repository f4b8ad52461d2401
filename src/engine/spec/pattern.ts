/**
 * The regular expression that a pattern in a spec or in a flag stands for: JavaScript's, with Unicode. Whatever checks a
 * pattern and whatever matches with it compiles it here, so that a pattern that was accepted can always be used.
 * @throws SyntaxError in the words of the JavaScript engine
 */
export function compilePattern(source: string): RegExp {
  return new RegExp(source, 'u');
}
