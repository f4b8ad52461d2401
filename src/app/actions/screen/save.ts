import { open, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SymphonyError } from '../../../engine/contract/errors.ts';
import { expandHome } from '../../../engine/files/paths.ts';
import type { AppContext, TextPart } from '../../shell/context/context.ts';
import type { Activity } from '../../shell/dialogs/notify.ts';
import { formatCount, formatLines } from '../../shell/text/count.ts';
import { shownText } from './shown-text.ts';

/** Saves the complete text of the view to a file. Asks again if the path cannot be written. */
export async function save(context: AppContext): Promise<void> {
  const { ask, notify, options } = context;
  const text = shownText(context);
  if (text === undefined) return;
  let proposed = text.fileName;
  for (;;) {
    const answer = await ask.text({ label: 'save as: ', text: proposed });
    if (answer === undefined || answer.trim() === '') return;
    proposed = answer;
    const path = resolve(options.workingDirectory, expandHome(answer.trim(), options.environment.HOME));
    try {
      const file = await openForSaving(context, path);
      if (file === undefined) return;
      const saved = await notify.during(`saving ${path}`, (activity) => writeText(file, text.whole, activity));
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
  whole: (signal: AbortSignal) => AsyncIterable<TextPart>,
  { signal, progress }: Activity,
): Promise<{ readonly lines: number; readonly read: number }> {
  let count = 0;
  let all = 0;
  try {
    for await (const { lines, read } of whole(signal)) {
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
