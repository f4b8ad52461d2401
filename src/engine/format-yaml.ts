import { Document, isScalar, Scalar, visit } from 'yaml';

/**
 * Data as YAML that readers of version 1.1 (kubectl, and most parsers of other languages) understand as readers of 1.2 do:
 * a text that either takes for a truth value, a number, a time or null is quoted. No line is folded, and a value that
 * occurs twice is written twice.
 */
export function formatYaml(data: unknown): string {
  const document = new Document(data, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, node) {
      if (isScalar(node) && typeof node.value === 'string' && needsQuotes(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  // Each of these characters stands between double quotes now, where an escape means the same.
  return document.toString({ lineWidth: 0 }).replace(breaking, escaped);
}

/** Words that a parser of YAML 1.1 takes for truth values or null, in whatever case. */
const words = /^(y|n|yes|no|on|off|true|false|null|~|=|<<)$/i;

/**
 * Numbers of YAML 1.1, of 1.2, and of the parser in kubectl: with underscores, of base 2, 8, 16 and 60, with any exponent;
 * and times, which all begin with a date.
 */
const numbers =
  /^[-+]?(0b[01]+|0o?[0-7]+|0x[\da-f]+|\d+(:\d+)+(\.\d*)?|[\d.]+(e[-+]?)?|[\d.]*e[-+]?[\d.]+|\.(inf|nan)|\d{4}-\d\d?-\d\d?.*)$/i;

/** Control characters, what YAML 1.1 takes for line ends or a byte order mark, and what turns the direction of writing. */
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/;
/** Lines that begin or end with blanks at places where parsers differ on what a block keeps. */
const ragged = /^\s.*\n|[ \t]\n|\n[ \t]+$/;
const breaking = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;

function needsQuotes(text: string): boolean {
  return words.test(text) || numbers.test(text.replaceAll('_', '')) || unprintable.test(text) || ragged.test(text);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
