import { posix } from 'node:path';

/** One line of a `.dockerignore` file. */
export interface IgnoreRule {
  /** Whether it includes again what earlier rules leave out. */
  readonly isException: boolean;
  readonly expression: RegExp;
  /** The leading parts of its pattern that are plain names. */
  readonly names: readonly string[];
  /** Whether the pattern has nothing but plain names. */
  readonly isPlain: boolean;
}

/**
 * Reads a `.dockerignore` file by the rules of Docker: patterns begin at the folder, `**` stands for any number of folders,
 * `!` makes an exception, and the last pattern that fits decides.
 * @throws SyntaxError naming the line that is no pattern
 */
export function parseIgnoreRules(text: string): IgnoreRule[] {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  return lines.flatMap((line, index) => {
    if (line.startsWith('#')) return [];
    const written = line.trim();
    if (written === '') return [];
    const isException = written.startsWith('!');
    const pattern = clean(isException ? written.slice(1).trim() : written);
    if (isException && pattern === '') throw new SyntaxError(`line ${index + 1}: ! needs a pattern`);
    // Docker ignores this pattern.
    if (pattern === '' || pattern === '.') return [];
    try {
      const parts = pattern.split('/');
      const wild = parts.findIndex((part) => /[*?[\]\\]/.test(part));
      const names = wild < 0 ? parts : parts.slice(0, wild);
      return [{ isException, expression: toExpression(pattern), names, isPlain: wild < 0 }];
    } catch {
      throw new SyntaxError(`line ${index + 1}: ${written} is no valid pattern`);
    }
  });
}

/** Whether rules leave out a file or folder. A rule that fits a folder fits all that is in it. @param path relative, with `/` */
export function isIgnored(rules: readonly IgnoreRule[], path: string): boolean {
  const parts = path.split('/');
  const paths = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  const last = rules.findLast(({ expression }) => paths.some((each) => expression.test(each)));
  return last !== undefined && !last.isException;
}

/** Whether something in an ignored folder may be included again. */
export function mayHaveExceptions(rules: readonly IgnoreRule[], folder: string): boolean {
  const parts = folder.split('/');
  return rules.some(({ isException, names, isPlain }) => {
    if (!isException || (isPlain && names.length <= parts.length)) return false;
    return names.every((name, index) => index >= parts.length || name === parts[index]);
  });
}

/** A pattern as Docker cleans it, without a slash at its ends. */
function clean(pattern: string): string {
  if (pattern === '') return '';
  const path = posix.normalize(pattern).replace(/(?<=.)\/$/, '');
  return path.length > 1 ? path.replace(/^\//, '') : path;
}

/** The expression of a pattern for whole paths. @throws SyntaxError */
function toExpression(pattern: string): RegExp {
  let source = '';
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] as string;
    if (character === '*' && characters[at + 1] === '*') {
      at += characters[at + 2] === '/' ? 2 : 1;
      source += at + 1 === characters.length ? '.*' : '(?:.*/)?';
    } else if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (character === '[') {
      const { text, end } = characterClass(characters, at);
      source += text;
      at = end;
    } else if (character === '\\' && at + 1 < characters.length) source += escaped(characters[++at] as string);
    else source += escaped(character);
  }
  return new RegExp(`^${source}$`, 'su');
}

/** `[a-z]`, `[^a]`, with `\` before a character that stands for itself. @throws SyntaxError for one without an end */
function characterClass(characters: readonly string[], start: number): { readonly text: string; readonly end: number } {
  let text = '[';
  let at = start + 1;
  if (characters[at] === '^') {
    text += '^';
    at++;
  }
  const first = at;
  for (; at < characters.length; at++) {
    const character = characters[at] as string;
    if (character === ']' && at > first) return { text: `${text}]`, end: at };
    if (character === '\\' && at + 1 < characters.length) text += escapedInClass(characters[++at] as string);
    else text += character === '-' ? character : escapedInClass(character);
  }
  throw new SyntaxError('a class without an end');
}

function escaped(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

function escapedInClass(character: string): string {
  return character === '-' ? '\\-' : escaped(character);
}
