import stringWidth from 'string-width';

/** Printable ASCII: one column a character, which is nearly all that is ever drawn. */
const plainAscii = /^[\x20-\x7e]*$/;

/** How many columns of a terminal a text takes; escape sequences take none. */
export function textWidth(text: string): number {
  return plainAscii.test(text) ? text.length : stringWidth(text);
}

export function isPlainAscii(text: string): boolean {
  return plainAscii.test(text);
}
