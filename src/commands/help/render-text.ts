import wrap from 'wrap-ansi';
import type { HelpBlock } from './help-block.ts';

const maxTermWidth = 30;
/** The width below which wrapped text is harder to read than overlong lines. */
const leastWidth = 20;
const indent = '  ';

/** Blocks as text for a terminal. @param width the number of columns */
export function renderText(blocks: readonly HelpBlock[], width: number): string {
  return `${blocks.map((block) => renderBlock(block, width).join('\n')).join('\n\n')}\n`;
}

function renderBlock(block: HelpBlock, width: number): readonly string[] {
  if ('heading' in block) return [`${block.heading}:`];
  if ('text' in block) return wrapWords(block.text, width);
  if ('example' in block) return block.example.split('\n').map((line) => `${indent}${line}`);
  const column = Math.min(maxTermWidth, Math.max(...block.terms.map(([term]) => term.length)));
  return block.terms.flatMap(([term, meaning]) => {
    const lines = wrapWords(meaning, width - column - 2 * indent.length);
    const rows = lines.map((line, index) => `${indent}${(index === 0 ? term : '').padEnd(column)}${indent}${line}`);
    if (term.length <= column) return rows;
    return [`${indent}${term}`, ...lines.map((line) => `${indent}${' '.repeat(column)}${indent}${line}`)];
  });
}

/** Breaks a text into lines between words. */
function wrapWords(text: string, width: number): readonly string[] {
  return wrap(text, Math.max(width, leastWidth)).split('\n');
}
