import type { LogLine } from '../../engine/contract/logs.ts';
import { escapeJsonControls } from '../../engine/text/format-json.ts';

/**
 * Formats lines for `-o json`: one object a line, without fields that are internal to a backend. Successive lines often
 * share the beginning, which is formatted once for each series.
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
