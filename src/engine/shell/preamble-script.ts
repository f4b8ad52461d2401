import { quoteWord } from '../text/format-command.ts';
import { preambleOver, progressLines } from './preamble-progress.ts';

/** More steps are not told apart, so that the command line keeps its size. */
const maxTracedSteps = 100;

/**
 * The lines of a script that run a preamble. If one of its commands fails, the script ends, because the process must not
 * start in the wrong environment.
 * @param progressFile where the script writes down how far it is; see `parseProgress`
 */
export function preambleLines(preamble: readonly string[], progressFile: string | undefined): readonly string[] {
  if (progressFile === undefined) return ['set -e', ...preamble, 'set +e'];
  const write = (lines: readonly string[]) => writeLine(lines, progressFile, ':');
  const steps = preamble.length;
  const isTraced = steps <= maxTracedSteps && preamble.every(standsAlone);
  const traced = isTraced
    ? preamble.flatMap((command, index) => [write(progressLines(index + 1, steps, command)), command])
    : [write(progressLines(0, steps, '')), ...preamble];
  // Without the file, nothing is known of the preamble, so that it cannot seem to run for ever.
  return ['set -e', ...traced, 'set +e', writeLine([preambleOver], progressFile, `rm -f ${quoteWord(progressFile)}`)];
}

/** The preamble goes on if the file cannot be written. It may have forbidden to overwrite files. */
function writeLine(lines: readonly string[], file: string, otherwise: string): string {
  const words = lines.map(quoteWord).join(' ');
  return `{ printf '%s\\n' ${words} >|${quoteWord(file)} || ${otherwise}; } 2>/dev/null || :`;
}

const openers: Readonly<Record<string, string>> = { if: 'fi', case: 'esac', do: 'done' };
const loops = ['for', 'while', 'until', 'select'];

/**
 * Whether other commands can surely be written before and after a command of a preamble: it is no part of a construct
 * over several commands. In doubt it is considered one.
 */
export function standsAlone(command: string): boolean {
  const text = command.trim();
  if (/(\\|\||&&|[^;&]&|!|\(\))$/.test(text) || /<<|(^|\s)#/.test(text)) return false;
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const word = (name: string) => count(new RegExp(`(?<![\\w$-])${name}(?![\\w-])`, 'g'));
  const loopCount = loops.reduce((sum, name) => sum + word(name), 0);
  return (
    count(/'/g) % 2 === 0 &&
    count(/"/g) % 2 === 0 &&
    count(/`/g) % 2 === 0 &&
    count(/\(/g) === count(/\)/g) &&
    count(/\{/g) === count(/\}/g) &&
    Object.entries(openers).every(([open, close]) => word(open) === word(close)) &&
    loopCount === word('done') &&
    !/^(then|else|elif|do|in|function)\b/.test(text)
  );
}
