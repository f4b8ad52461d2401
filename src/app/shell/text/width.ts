import stringWidth from 'string-width';

/** Printable ASCII takes one column per character. It is nearly all that is rendered, so it gets a fast path. */
const plainAscii = /^[\x20-\x7e]*$/;

/** The width of a text in terminal columns; escape sequences take none. */
export function textWidth(text: string): number {
  return plainAscii.test(text) ? text.length : stringWidth(text);
}

export function isPlainAscii(text: string): boolean {
  return plainAscii.test(text);
}
