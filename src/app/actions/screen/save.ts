import { open, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { expandHome } from '../../../engine/files/paths.ts';
import type { AppContext } from '../../shell/context/context.ts';
import type { Activity } from '../../shell/dialogs/notify.ts';
import { viewLines } from '../../shell/frame/view-lines.ts';
import { bodyHeight } from '../../shell/store/layout.ts';
import { type AppState, topView } from '../../shell/store/state.ts';
import type { View } from '../../shell/store/view-state.ts';
import { clipboardSequence, fitClipboard } from '../../shell/terminal/clipboard.ts';
import { formatCount, formatLines } from '../../shell/text/count.ts';
import { withoutColours } from '../../shell/text/sanitize.ts';
import { textMargin, textRows } from '../../shell/text-view/render-text.ts';
import { plainLine } from '../../views/logs/log-lines.ts';
import { visibleLines } from '../../views/logs/log-window.ts';
import { lineFormat, logRows } from '../../views/logs/render-logs.ts';
import { wholeLog } from '../../views/logs/whole-log.ts';

/** A part of the complete text of a view; of a log, also lines that are not loaded. */
interface TextPart {
  readonly lines: readonly string[];
  /** How many lines were read for it, including those that the filter hides. */
  readonly read: number;
}

/** The complete text of a view. */
async function* wholeText(state: AppState, view: View, signal: AbortSignal): AsyncGenerator<TextPart> {
  if (view.kind === 'logs') yield* wholeLog(view.session, view, signal);
  else if (view.kind === 'text' || view.kind === 'process') {
    const lines = viewLines(state, view).map(withoutColours);
    yield { lines, read: lines.length };
  }
}

/** The lines with at least one row on the screen, complete even if they are wrapped or cut there. */
function screenLines(state: AppState): string[] {
  const view = topView(state);
  const height = bodyHeight(state.size);
  if (view.kind === 'logs') {
    const format = lineFormat(state, view);
    return visibleLines(logRows(state, view), format, height, view.anchor).map((line) => {
      const name = format.sources.length > 1 ? format.sources[line.source] : undefined;
      return plainLine(line, name, format.timestamps);
    });
  }
  if (view.kind !== 'text' && view.kind !== 'process') return [];
  const lines = viewLines(state, view);
  const { rows, starts } = textRows(lines, state.size.columns - textMargin, view.scroll.wrap);
  const { top } = view.scroll;
  return lines
    .filter((_, index) => (starts[index] ?? 0) < top + height && (starts[index + 1] ?? rows.length) > top)
    .map((line) => withoutColours(line).trimEnd());
}

export function copyScreen({ store, terminal, notify }: AppContext): void {
  const fitting = fitClipboard(screenLines(store.getState()));
  terminal.writeSequence(clipboardSequence(fitting.text));
  notify.good(`Copied ${formatLines(fitting.lines)} of the screen.`);
}

/** Copies the complete text, or its end if it does not fit into a clipboard. */
export async function copyAll({ store, terminal, notify }: AppContext): Promise<void> {
  const state = store.getState();
  const view = topView(state);
  const copied = await notify.during('copying', async ({ signal, progress }) => {
    let end: readonly string[] = [];
    let count = 0;
    for await (const { lines } of wholeText(state, view, signal)) {
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

/** Saves the complete text of the view to a file. Asks again if the path cannot be written. */
export async function save(context: AppContext): Promise<void> {
  const { ask, notify, options, store } = context;
  const state = store.getState();
  const view = topView(state);
  const name = 'title' in view ? view.title : 'process' in view ? view.process.name : 'text';
  let proposed = `${name.replace(/[^\w.-]+/g, '-').replace(/^-+|-+$/g, '')}.${view.kind === 'logs' ? 'log' : 'txt'}`;
  for (;;) {
    const answer = await ask.text({ label: 'save as: ', text: proposed });
    if (answer === undefined || answer.trim() === '') return;
    proposed = answer;
    const path = resolve(options.workingDirectory, expandHome(answer.trim(), options.environment.HOME));
    try {
      const file = await openForSaving(context, path);
      if (file === undefined) return;
      const saved = await notify.during(`saving ${path}`, (activity) => writeText(file, state, view, activity));
      if (saved !== undefined) {
        const of = saved.lines === saved.read ? '' : `${formatCount(saved.lines)} of `;
        notify.good(`Saved ${of}${formatLines(saved.read)} to ${path}.`);
      } else if (file.isNew) await rm(path, { force: true });
      else notify.warning(`${path} is not complete.`);
      return;
    } catch (error) {
      notify.error(error);
    }
  }
}

interface SavedFile {
  readonly handle: Awaited<ReturnType<typeof open>>;
  readonly isNew: boolean;
}

/** Undefined if the user declines to overwrite an existing file. @throws SymphonyError `failed` */
async function openForSaving({ ask }: AppContext, path: string): Promise<SavedFile | undefined> {
  try {
    return { handle: await open(path, 'wx'), isNew: true };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannotWrite(path, error);
  }
  if (!(await ask.confirm({ title: 'Overwrite?', lines: [`${path} exists.`], verb: 'overwrite' }))) return undefined;
  try {
    return { handle: await open(path, 'w'), isNew: false };
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

async function writeText(
  { handle }: SavedFile,
  state: AppState,
  view: View,
  { signal, progress }: Activity,
): Promise<{ readonly lines: number; readonly read: number }> {
  let count = 0;
  let all = 0;
  try {
    for await (const { lines, read } of wholeText(state, view, signal)) {
      await handle.writeFile(lines.map((line) => `${line}\n`).join(''));
      count += lines.length;
      all += read;
      progress(`saving ${formatLines(count)}`);
    }
  } finally {
    await handle.close();
  }
  return { lines: count, read: Math.max(count, all) };
}

function cannotWrite(path: string, error: unknown): SymphonyError {
  return new SymphonyError('failed', `${path} cannot be written: ${(error as Error).message}`, { cause: error });
}
