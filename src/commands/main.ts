import { SymphonyParser } from './symphony-parser.ts';

await new SymphonyParser().main();
