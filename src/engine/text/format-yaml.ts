import { Document, isScalar, Scalar, visit } from 'yaml';

/**
 * Data as YAML that parsers of version 1.1 (Go's, and most parsers of other languages) read as parsers of 1.2 do: text
 * that either version reads as a boolean, a number, a time or null is quoted. No line is folded, and a value that occurs
 * twice is written twice.
 */
export function formatYaml(data: unknown): string {
  const document = new Document(data, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, node) {
      if (isScalar(node) && typeof node.value === 'string' && needsQuotes(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  // Each of these characters is in double quotes now, where an escape means the same.
  return document.toString({ lineWidth: 0 }).replace(breaking, escaped);
}

/** Words that a parser of YAML 1.1 reads as booleans or null, in any case. */
const words = /^(y|n|yes|no|on|off|true|false|null|~|=|<<)$/i;

/**
 * Numbers of YAML 1.1, of 1.2, and of Go's parser: with underscores, of base 2, 8, 16 and 60, with any exponent;
 * and times, which all begin with a date.
 */
const numbers =
  /^[-+]?(0b[01]*|0o?[0-7]+|0x[\da-f]*|\d+(:\d+)+(\.\d*)?|[\d.]+(e[-+]?)?|[\d.]*e[-+]?[\d.]+|\.(inf|nan)|\d{4}-\d\d?-\d\d?.*)$/i;

/** Control characters, line ends and byte order marks of YAML 1.1, and characters that change the text direction. */
const unprintable =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/;
/** Leading or trailing blanks that parsers treat differently in a block. */
const ragged = /^\s.*\n|[ \t]\n|\n[ \t]+$/;
const breaking = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;

function needsQuotes(text: string): boolean {
  return words.test(text) || numbers.test(text.replaceAll('_', '')) || unprintable.test(text) || ragged.test(text);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
