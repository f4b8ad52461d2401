const escapeSequence =
  // CSI; then strings (OSC, DCS, SOS, PM, APC) up to their end or the end of the line; then all other escapes.
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]?/g;
const colour = /^(?:\x1b\[|\x9b)[\d;:]*m$/;

/**
 * Characters that terminals interpret and JSON does not escape (DEL and the C1 controls), and those that break lines or
 * change the text direction, so that a text looks different from what it is. Letters of every alphabet remain: those
 * written from right to left have their direction by themselves.
 */
export const invisibleControls = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const control = new RegExp(`[\\x00-\\x08\\x0a-\\x1a\\x1c-\\x1f]|${invisibleControls.source}`, 'g');
const suspicious = new RegExp(`[\\x00-\\x08\\x0a-\\x1f]|${invisibleControls.source}`);

/**
 * A log line that is safe to show on a terminal. Colours stay; everything else that would move the cursor, change the
 * terminal, ring its bell or change the text direction is removed. Of text that carriage returns overwrote, the last state
 * remains.
 */
export function sanitizeLine(text: string): string {
  if (isHarmless(text)) return text;
  let coloured = false;
  const visible = lastState(text)
    .toWellFormed()
    .replace(escapeSequence, (sequence) => {
      if (!colour.test(sequence)) return '';
      coloured = true;
      return `\x1b[${sequence.slice(sequence.startsWith('\x9b') ? 1 : 2)}`;
    })
    .replace(control, '');
  return coloured ? `${visible}\x1b[0m` : visible;
}

/** The same without colours: for searching, and for names and reasons from outside Symphony. */
export function plainText(text: string): string {
  if (isHarmless(text)) return text;
  return lastState(text).toWellFormed().replace(escapeSequence, '').replace(control, '').replaceAll('\x1b', '');
}

/** `sanitizeLine` for a text of several lines. */
export function sanitizeLines(text: string): string {
  return text.split('\n').map(sanitizeLine).join('\n');
}

/** `plainText` for a text of several lines. */
export function plainLines(text: string): string {
  return text.split('\n').map(plainText).join('\n');
}

/** The states of a line that carriage returns overwrote, as progress bars do, as plain text. */
export function plainStates(text: string): readonly string[] {
  if (!text.includes('\r')) return [plainText(text)];
  const states = text.split('\r').filter((state) => state !== '');
  return states.length === 0 ? [''] : states.map(plainText);
}

function isHarmless(text: string): boolean {
  return !suspicious.test(text) && text.isWellFormed();
}

/** What is left of a line that carriage returns overwrote: its last state, as written. */
export function lastState(text: string): string {
  if (!text.includes('\r')) return text;
  return text.split('\r').findLast((state) => state !== '') ?? '';
}
