import type { AppContext } from '../../shell/context/context.ts';
import type { CommandOutput } from '../../shell/context/options.ts';
import { formatCount } from '../../shell/text/count.ts';
import { sanitizeLine } from '../../shell/text/sanitize.ts';
import { openDocument } from '../../shell/text-view/document-view.ts';
import { paint } from '../../shell/theme/theme.ts';

/** Shows the output of a command: one line in a toast, more in a text view. */
export function showOutput(
  context: AppContext,
  line: string,
  result: CommandOutput & { readonly cancelled: boolean },
  experiment: string | undefined,
): void {
  const { store, notify } = context;
  const { exitCode, output, leftOut, cancelled } = result;
  const lines = output
    .trimEnd()
    .split('\n')
    .map((row) => sanitizeLine(row).text);
  const [first = ''] = lines;
  if (lines.length === 1 && first === '' && cancelled) {
    notify.info(`Cancelled: :${line}.`);
    return;
  }
  if (lines.length === 1 && exitCode === 0 && !cancelled) {
    const text = first === '' ? `:${line} is done.` : sanitizeLine(first).plain;
    const about = experiment === undefined || text.includes(experiment) ? '' : `${experiment}: `;
    notify.good(`${about}${text}`);
    return;
  }
  const { theme } = store.getState();
  const head =
    leftOut === 0 ? [] : [paint(theme, 'warning', `↑ ${formatCount(leftOut)} earlier characters were not kept`)];
  const ending = cancelled ? 'cancelled' : `exit code ${exitCode}`;
  const end = exitCode === 0 && !cancelled ? [] : ['', paint(theme, 'bad', `── ${ending} ──`)];
  const about = experiment === undefined ? {} : { experiment };
  openDocument(context, { kind: 'output', title: `:${line}`, ...about, lines: [...head, ...lines, ...end] }, false);
}
