import { escapeJsonControls } from '../../engine/format-json.ts';
import type { LogLine } from '../../engine/logs.ts';

/**
 * How `-o json` prints lines: one object a line, without what a backend keeps in a line for itself. The beginning is the
 * same for long series of lines and is made once for each.
 */
export function createJsonLineRenderer(): (line: LogLine) => string {
  let last: LogLine | undefined;
  let beginning = '';
  return (line) => {
    const { group, name, run, kind, text, time } = line;
    if (last?.name !== name || last.group !== group || last.run !== run || last.kind !== kind) {
      beginning = JSON.stringify({ group, name, run, kind }).slice(0, -1);
    }
    last = line;
    const value = escapeJsonControls(JSON.stringify(text));
    return `${beginning},"text":${value}${time === undefined ? '' : `,"time":"${time}"`}}`;
  };
}
