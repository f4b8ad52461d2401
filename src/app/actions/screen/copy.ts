import type { AppContext } from '../../shell/context/context.ts';
import { clipboardSequence, fitClipboard } from '../../shell/terminal/clipboard.ts';
import { formatCount, formatLines } from '../../shell/text/count.ts';
import { shownText } from './shown-text.ts';

/** Copies the lines that are on the screen. */
export function copyScreen(context: AppContext): void {
  const { terminal, notify } = context;
  const text = shownText(context);
  if (text === undefined) return;
  const fitting = fitClipboard(text.onScreen());
  terminal.writeSequence(clipboardSequence(fitting.text));
  notify.good(`Copied ${formatLines(fitting.lines)} of the screen.`);
}

/** Copies the complete text, or its end if it does not fit into a clipboard. */
export async function copyAll(context: AppContext): Promise<void> {
  const { terminal, notify } = context;
  const text = shownText(context);
  if (text === undefined) return;
  const copied = await notify.during('copying', async ({ signal, progress }) => {
    let end: readonly string[] = [];
    let count = 0;
    for await (const { lines } of text.whole(signal)) {
      count += lines.length;
      const kept = [...end, ...lines];
      end = kept.slice(kept.length - fitClipboard(kept).lines);
      progress(`copying: ${formatLines(count)}`);
    }
    return { ...fitClipboard(end), count };
  });
  if (copied === undefined) return;
  terminal.writeSequence(clipboardSequence(copied.text));
  const isAll = copied.lines === copied.count;
  notify.good(
    isAll
      ? `Copied ${formatLines(copied.count)}.`
      : `Copied the last ${formatCount(copied.lines)} of ${formatLines(copied.count)}; the clipboard holds no more.`,
  );
}
