import { sanitizeLine as sanitize } from '../../../engine/text/safe-text.ts';

export interface CleanText {
  /** The text to render: with SGR sequences (colours, bold), without all other control sequences. */
  readonly text: string;
  /** The text to search: without any sequences. */
  readonly plain: string;
}

const anySgr = /\x1b\[[\d:;]*m/g;
const tabStop = 8;

/**
 * Makes one line from outside safe to render in a row of known width: tabs become spaces, and a progress bar, which rewrites
 * its line, is reduced to its last state.
 */
export function sanitizeLine(line: string): CleanText {
  const kept = sanitize(line);
  const text = kept.includes('\t') ? expandTabs(kept) : kept;
  return { text, plain: withoutColours(text) };
}

/** Removes SGR sequences. */
export function withoutColours(text: string): string {
  return text.includes('\x1b') ? text.replace(anySgr, '') : text;
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
