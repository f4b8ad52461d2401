import type { Progress } from '../../engine/contract/capabilities.ts';
import { formatProgress } from '../../engine/text/format-progress.ts';
import type { Terminal } from './terminal.ts';

export interface ProgressLine {
  readonly show: (progress: Progress) => void;
  readonly clear: () => void;
}

/** Shows the progress of a long call on one line of a terminal; nothing elsewhere. */
export function createProgressLine(terminal: Pick<Terminal, 'stderr'>): ProgressLine {
  let shown = false;
  return {
    show(progress) {
      const { stderr } = terminal;
      if (!stderr.isTTY) return;
      const text = formatProgress(progress).slice(0, Math.max(10, (stderr.columns ?? 80) - 1));
      stderr.write(`\r\x1b[K${text}`);
      shown = true;
    },
    clear() {
      if (shown) terminal.stderr.write('\r\x1b[K');
      shown = false;
    },
  };
}
