/** Characters that a terminal interprets, or that change how a text reads. */
export const hostileCharacters = [
  'a',
  '"',
  '\\',
  '\x1b[2J',
  '\x07',
  '\x7f',
  '\x85',
  '\x9b31m',
  '\x9d0;T\x9c',
  '\u2028',
  '\u2029',
  '\u202e',
  '\u2066',
  '日',
];
