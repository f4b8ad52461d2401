import { SymphonyParser } from './symphony-parser.ts';

/** The program `symphony`. It is called by the bin: chunks that it loads import this module, and would wait for its end. */
export function main(): Promise<void> {
  return new SymphonyParser().main();
}
