const escapeSequence =
  // CSI; then strings (OSC, DCS, SOS, PM, APC) up to their end or the end of the line; then all other escapes.
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]?/g;
const colour = /^(?:\x1b\[|\x9b)[\d;:]*m$/;
const control = /[\x00-\x08\x0a-\x1a\x1c-\x1f\x7f-\x9a\x9c-\x9f]/g;

/**
 * A log line as a terminal may show it: colours stay, everything else that would move the cursor, change the terminal or
 * ring its bell is taken out, and of what carriage returns wrote over each other the last state is left.
 */
export function sanitizeLine(text: string): string {
  if (!/[\x00-\x08\x0a-\x1f\x7f-\x9f]/.test(text)) return text;
  let coloured = false;
  const visible = lastState(text)
    .replace(escapeSequence, (sequence) => {
      if (!colour.test(sequence)) return '';
      coloured = true;
      return `\x1b[${sequence.slice(sequence.startsWith('\x9b') ? 1 : 2)}`;
    })
    .replace(control, '');
  return coloured ? `${visible}\x1b[0m` : visible;
}

/** The same without colours: for searching, and for names and reasons from outside. */
export function plainText(text: string): string {
  if (!/[\x00-\x08\x0a-\x1f\x7f-\x9f]/.test(text)) return text;
  return lastState(text).replace(escapeSequence, '').replace(control, '').replaceAll('\x1b', '');
}

function lastState(text: string): string {
  if (!text.includes('\r')) return text;
  return text.split('\r').findLast((part) => part !== '') ?? '';
}
