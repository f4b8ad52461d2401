export { keepTrace } from './error-trace.ts';

import { SymphonyParser } from './symphony-parser.ts';

/** The program `symphony`. The bin calls it: a top-level await here would block the chunks that it loads, which import this module. */
export function main(): Promise<void> {
  return new SymphonyParser().main();
}
