export interface CleanText {
  /** What is drawn: SGR sequences (colours, bold) are kept, everything else that a terminal would act upon is gone. */
  readonly text: string;
  /** What is searched: no sequences at all. */
  readonly plain: string;
}

/** Anything that needs work: C0 and C1 controls, DEL, and what turns the direction of writing around. */
const suspicious = /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]/;

/**
 * One alternative for each kind of sequence, terminated or cut off by the end of the line: CSI, the strings (OSC, DCS, SOS,
 * PM, APC), every other escape, their one-byte forms, and lone controls.
 */
const sequences = new RegExp(
  [
    '(?:\\x1b\\[|\\x9b)[\\x30-\\x3f]*[\\x20-\\x2f]*[\\x40-\\x7e]?',
    '(?:\\x1b[\\]PX^_]|[\\x9d\\x90\\x98\\x9e\\x9f])[^\\x07\\x1b\\x9c]*(?:\\x07|\\x9c|\\x1b\\\\)?',
    '\\x1b[\\x20-\\x2f]*[\\x30-\\x7e]?',
    '[\\x00-\\x08\\x0a-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]',
  ].join('|'),
  'g',
);

const sgr = /^\x1b\[[\d:;]*m$/;
const anySgr = /\x1b\[[\d:;]*m/g;
const tabStop = 8;

/** Makes one line of somebody's output safe to draw. A progress bar, which rewrites its line, shows its last state. */
export function sanitizeLine(line: string): CleanText {
  if (!suspicious.test(line)) return { text: line, plain: line };
  const kept = lastState(line.toWellFormed()).replace(sequences, (sequence) => (sgr.test(sequence) ? sequence : ''));
  const text = kept.includes('\t') ? expandTabs(kept) : kept;
  const plain = text.replace(anySgr, '');
  return { text: plain === text ? text : `${text}\x1b[0m`, plain };
}

/** Without its colours. */
export function withoutColours(text: string): string {
  return text.includes('\x1b') ? text.replace(anySgr, '') : text;
}

/** What stands after the last carriage return; those at the very end only belong to the line's end. */
function lastState(line: string): string {
  const end = line.search(/\r*$/);
  const start = line.lastIndexOf('\r', end - 1);
  return line.slice(end > 0 ? start + 1 : 0, end);
}

function expandTabs(text: string): string {
  let column = 0;
  return text.replace(/\x1b\[[\d:;]*m|\t|[^\t\x1b]+/g, (part) => {
    if (part === '\t') {
      const spaces = tabStop - (column % tabStop);
      column += spaces;
      return ' '.repeat(spaces);
    }
    if (!part.startsWith('\x1b')) column += part.length;
    return part;
  });
}
