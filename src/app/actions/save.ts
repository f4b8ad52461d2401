import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SymphonyError } from '../../engine/errors.ts';
import type { AppContext } from '../store/context.ts';
import { bodyHeight } from '../store/layout.ts';
import { type AppState, topView } from '../store/state.ts';
import { clipboardSequence, fitClipboard } from '../terminal/clipboard.ts';
import { withoutColours } from '../text/sanitize.ts';
import { drawLogs } from '../views/draw-logs.ts';
import { textMargin, textRows } from '../views/draw-text.ts';
import { viewLines } from '../views/view-lines.ts';

/** All that the view holds, filtered as it is shown. */
function allLines(state: AppState): string[] {
  const view = topView(state);
  if (view.kind === 'text' || view.kind === 'process') return viewLines(state, view).map(withoutColours);
  if (view.kind !== 'logs') return [];
  const { lines, source, buffer } = view.session;
  const isMerged = source.processes.length > 1;
  const texts: string[] = [];
  for (let position = 0; position < lines.count; position++) {
    const line = lines.lineAt(position);
    if (line !== undefined) texts.push(isMerged ? `${buffer.sources[line.source]}  ${line.plain}` : line.plain);
  }
  return texts;
}

function screenLines(state: AppState): string[] {
  const view = topView(state);
  if (view.kind === 'logs') return drawLogs(state, view).map((row) => withoutColours(row).trimEnd());
  if (view.kind !== 'text' && view.kind !== 'process') return [];
  const { rows } = textRows(viewLines(state, view), state.size.columns - textMargin, view.scroll.wrap);
  return rows
    .slice(view.scroll.top, view.scroll.top + bodyHeight(state.size))
    .map((row) => withoutColours(row).trimEnd());
}

function copy({ terminal, notify }: AppContext, lines: readonly string[]): void {
  const fitting = fitClipboard(lines);
  terminal.writeSequence(clipboardSequence(fitting.text));
  const left = lines.length - fitting.lines;
  notify.good(
    `Copied ${fitting.lines} lines${left > 0 ? `, the last ones; ${left} are too many for a clipboard` : ''}.`,
  );
}

export function copyScreen(context: AppContext): void {
  copy(context, screenLines(context.store.getState()));
}

export function copyAll(context: AppContext): void {
  copy(context, allLines(context.store.getState()));
}

/** Writes what the view holds to a new file. */
export async function save(context: AppContext): Promise<void> {
  const { ask, notify, options, store } = context;
  const view = topView(store.getState());
  const name = 'title' in view ? view.title : 'process' in view ? view.process.name : 'text';
  const proposed = `${name.replace(/[^\w.-]+/g, '-').replace(/^-+|-+$/g, '')}.${view.kind === 'logs' ? 'log' : 'txt'}`;
  const answer = await ask.text({ label: 'save as: ', text: proposed });
  if (answer === undefined || answer === '') return;
  const path = resolve(options.workingDirectory, answer);
  const lines = allLines(store.getState());
  const text = lines.map((line) => `${line}\n`).join('');
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new SymphonyError('failed', `${path} cannot be written: ${(error as Error).message}`, { cause: error });
    }
    const overwrite = await ask.confirm({ title: 'Overwrite?', lines: [`${path} exists.`], verb: 'overwrite' });
    if (!overwrite) return;
    await writeFile(path, text);
  }
  notify.good(`Saved ${lines.length} lines to ${path}.`);
}
