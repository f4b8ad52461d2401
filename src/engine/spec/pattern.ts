/**
 * Compiles a pattern of a spec or a flag: a JavaScript regular expression with Unicode. Validation and matching both
 * compile here, so that an accepted pattern always works.
 * @throws SyntaxError with the message of the JavaScript engine
 */
export function compilePattern(source: string): RegExp {
  return new RegExp(source, 'u');
}
