import { cutLongLine, type LogLine } from '../../engine/contract/logs.ts';
import { formatProcess, type ProcessReference } from '../../engine/contract/status.ts';
import { lastState, plainText, sanitizeLine } from '../../engine/text/safe-text.ts';
import type { Style } from '../shared/terminal.ts';

const prefixStyles: readonly Style[] = [
  'cyan',
  'yellow',
  'green',
  'magenta',
  'blue',
  'cyanBright',
  'yellowBright',
  'greenBright',
  'magentaBright',
  'blueBright',
];

export interface LineFormat {
  /** The processes whose lines are shown; with more than one, each line begins with its process's name. */
  readonly processes: readonly ProcessReference[];
  /** All processes of the experiment. They determine each one's colour, which is the same in every command. */
  readonly all: readonly ProcessReference[];
  /** Whether a terminal shows the lines, so that escape sequences must be removed. */
  readonly forPeople: boolean;
  readonly timestamps: boolean;
  readonly style: (style: Style, text: string) => string;
}

/** Makes a function that renders lines of several processes. */
export function createLineRenderer(format: LineFormat): (line: LogLine) => string {
  const { forPeople, style, timestamps } = format;
  const width = Math.max(0, ...format.processes.map((reference) => formatProcess(reference).length));
  const styles = new Map(
    format.all.map((reference, index) => [
      formatProcess(reference),
      prefixStyles[index % prefixStyles.length] as Style,
    ]),
  );
  const makePrefix = (reference: ProcessReference) => {
    const name = formatProcess(reference);
    return `${style(styles.get(name) ?? 'white', `${name.padEnd(width)} |`)} `;
  };
  // Successive lines often belong to one process.
  let last: LogLine | undefined;
  let prefix = '';
  const prefixOf = (line: LogLine) => {
    if (format.processes.length < 2) return '';
    if (last?.name !== line.name || last.group !== line.group) prefix = makePrefix(line);
    last = line;
    return prefix;
  };
  return (line) => {
    const time = timestamps && line.time !== undefined ? `${style('dim', line.time)} ` : '';
    if (line.kind !== 'line' && line.kind !== 'open')
      return `${prefixOf(line)}${time}${style('dim', `--- ${plainText(line.text)} ---`)}`;
    return `${prefixOf(line)}${time}${forPeople ? sanitizeLine(cutLongLine(lastState(line.text))) : line.text}`;
  };
}
