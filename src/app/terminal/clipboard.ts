/** Terminals take at least so many bytes; more, and some take nothing. */
export const maxClipboardBytes = 74_994;

/** The sequence that puts a text into the clipboard of whoever sits at the terminal, over ssh as well (OSC 52). */
export function clipboardSequence(text: string): string {
  return `\x1b]52;c;${Buffer.from(text, 'utf8').toString('base64')}\x07`;
}

/** The last lines of a text, as many as a clipboard takes. */
export function fitClipboard(lines: readonly string[]): { readonly text: string; readonly lines: number } {
  const most = Math.floor(maxClipboardBytes / 4) * 3;
  let bytes = 0;
  let count = 0;
  for (let index = lines.length - 1; index >= 0; index--) {
    bytes += Buffer.byteLength(lines[index] ?? '', 'utf8') + 1;
    if (bytes > most) break;
    count += 1;
  }
  const kept = count === 0 ? [] : lines.slice(-count);
  return { text: kept.join('\n'), lines: kept.length };
}
