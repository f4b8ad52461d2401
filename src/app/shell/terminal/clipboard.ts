/** Every common terminal accepts this size; some ignore a longer text completely. */
export const maxClipboardBytes = 74_994;

/** The escape sequence (OSC 52) that puts a text into the clipboard of the user's terminal, also over ssh. */
export function clipboardSequence(text: string): string {
  return `\x1b]52;c;${Buffer.from(text, 'utf8').toString('base64')}\x07`;
}

/** The last lines of a text, as many as fit into a clipboard. */
export function fitClipboard(lines: readonly string[]): { readonly text: string; readonly lines: number } {
  const maxTextBytes = Math.floor(maxClipboardBytes / 4) * 3;
  let bytes = 0;
  let count = 0;
  for (let index = lines.length - 1; index >= 0; index--) {
    bytes += Buffer.byteLength(lines[index] ?? '', 'utf8') + 1;
    if (bytes > maxTextBytes) break;
    count += 1;
  }
  const kept = count === 0 ? [] : lines.slice(-count);
  return { text: kept.join('\n'), lines: kept.length };
}
